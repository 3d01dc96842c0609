# The model kernel: everything that must be differentiated, or must be fast, as TorchScript.
#
# This is the serialized dialect of TorchScript: Tensor, List[Tensor], int, float and bool are known, calls on `torch`
# are ATen operators. KernelArchive writes this text and the attributes below into an archive that libtorch loads.
#
# Letters: B rows, T positions, H hidden size, V vocabulary, N targets, P probe layers, L layers.
#
# self.base holds the base model's tensors, of type self.stored, in the order of ModelConfig.expectedTensors; modules of
# one process share them (adopt). No bfloat16 tensor leaves the kernel: the engine's arrays cannot hold one.
#
# Types: activations are of type self.compute, except in the passes by which the probe is found (task, perturbed): those
# compute in self.precise, since they are told apart by a difference that bfloat16 cannot resolve. LoRA tensors, moments
# and the probe are float32 or wider throughout. A weight is converted to the type of the activations it meets.
#
# Arguments that recur:
#   ids        [B, T] int64    token ids, padded on the right (generation: on the left); or packed: [1, sum of lengths],
#                              the tokens of all rows one after the other without padding
#   mask       [B, T] int64    1 where a token stands, 0 where padding stands; as ids where those are packed
#   positions  [N]    int64    flat index into ids of the hidden state that predicts a target
#   rows       [N]    int64    which row a target counts for
#   targets    [N]    int64    token ids to predict
#   lengths    [B]    int64    tokens of each row; on the host
#   w          [n]    float    all LoRA tensors as one vector, in the order of LoraLayout
#   v          [P, H] float    the probe: a vector for each probe layer; if self.probe_relative, in units of the root mean
#                              square of the hidden state that it is added to
class Kernel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  hidden : int
  heads : int
  kv_heads : int
  head_dim : int
  intermediate : int
  eps : float
  rope_theta : float
  rope_scaled : bool
  rope_factor : float
  rope_low : float
  rope_high : float
  rope_positions : float
  tied : bool
  qkv_bias : bool
  qk_norm : bool
  window : int
  masked : bool
  everywhere : bool
  compute : int
  precise : int
  stored : int
  lora_rank : int
  lora_scale : float
  lora_targets : List[int]
  probe_layers : List[int]
  probe_relative : bool
  temperature : float
  eos : List[int]
  base : List[Tensor]

  # ---------------------------------------------------------------------------------------------------- base tensors

  def load(self: __torch__.Kernel, bytes: Tensor, kind: Tensor, place: Tensor) -> List[Tensor]:
    # Takes a piece of a base tensor as bytes [k * values] of the type numbered by kind's length: float32 6, float64 7,
    # float16 5, bfloat16 15. place is the first value's flat index, then the tensor's shape; a first piece appends the
    # tensor. Tells whether all values are finite [].
    values = torch.to(torch.view_copy(bytes, dtype=torch.size(kind, 0)), self.stored)
    first = int(place[0])
    if first == 0:
      shape = annotate(List[int], [])
      for i in range(1, torch.size(place, 0)):
        _0 = torch.append(shape, int(place[i]))
      _1 = torch.append(self.base, torch.empty(shape, dtype=self.stored, device=bytes.device))
    flat = torch.view(self.base[-1], [-1])
    _2 = torch.copy_(torch.slice(flat, 0, first, first + torch.size(values, 0)), values)
    return [torch.logical_and(torch.isfinite(torch.max(values)), torch.isfinite(torch.min(values)))]

  def held(self: __torch__.Kernel, anchor: Tensor) -> List[Tensor]:
    return self.base

  def adopt(self: __torch__.Kernel, base: List[Tensor]) -> int:
    self.base = base
    return torch.len(base)

  def per_layer(self: __torch__.Kernel) -> int:
    n = 9
    if self.qkv_bias:
      n = n + 3
    if self.qk_norm:
      n = n + 2
    return n

  # ------------------------------------------------------------------------------------------------------------ LoRA

  def lora_shape(self: __torch__.Kernel, target: int) -> List[int]:
    # [out, in] of a target, numbered as LoraTarget: q k v o gate up down.
    q = self.heads * self.head_dim
    kv = self.kv_heads * self.head_dim
    if target == 0:
      shape = [q, self.hidden]
    elif target == 1:
      shape = [kv, self.hidden]
    elif target == 2:
      shape = [kv, self.hidden]
    elif target == 3:
      shape = [self.hidden, q]
    elif target == 4:
      shape = [self.intermediate, self.hidden]
    elif target == 5:
      shape = [self.intermediate, self.hidden]
    else:
      shape = [self.hidden, self.intermediate]
    return shape

  def lora(self: __torch__.Kernel, w: Tensor) -> List[Tensor]:
    # The vector w as tensors A [r, in], B [out, r] for each layer and target. One split, so that the backward pass
    # is one concatenation.
    sizes = annotate(List[int], [])
    for layer in range(self.layers):
      for i in range(torch.len(self.lora_targets)):
        shape = (self).lora_shape(self.lora_targets[i])
        _0 = torch.append(sizes, self.lora_rank * shape[1])
        _1 = torch.append(sizes, shape[0] * self.lora_rank)
    parts = annotate(List[Tensor], [])
    if torch.len(sizes) > 0:
      parts = torch.split_with_sizes(w, sizes, 0)
    return parts

  def project(self: __torch__.Kernel, x: Tensor, weight: Tensor, bias: Optional[Tensor], parts: List[Tensor], layer: int, target: int) -> Tensor:
    # y = W x + b + scale * B (A x)
    shift = annotate(Optional[Tensor], None)
    if torch.__isnot__(bias, None):
      shift = torch.to(unchecked_cast(Tensor, bias), x.dtype)
    y = torch.linear(x, torch.to(weight, x.dtype), shift)
    slot = -1
    for i in range(torch.len(self.lora_targets)):
      if self.lora_targets[i] == target:
        slot = i
    if slot >= 0:
      at = 2 * (layer * torch.len(self.lora_targets) + slot)
      shape = (self).lora_shape(target)
      a = torch.reshape(parts[at], [self.lora_rank, shape[1]])
      b = torch.reshape(parts[at + 1], [shape[0], self.lora_rank])
      low = torch.linear(torch.to(x, a.dtype), a)
      y = torch.add(y, torch.to(torch.mul(torch.linear(low, b), self.lora_scale), y.dtype))
    return y

  # --------------------------------------------------------------------------------------------------------- forward

  def norm(self: __torch__.Kernel, x: Tensor, weight: Tensor) -> Tensor:
    # RMS norm, x / sqrt(mean(x^2) + eps) * weight, in float32 or wider.
    wide = x
    if x.dtype == 15:
      wide = torch.to(x, 6)
    scale = torch.rsqrt(torch.add(torch.mean(torch.mul(wide, wide), [-1], True), self.eps))
    return torch.mul(torch.to(torch.mul(wide, scale), x.dtype), torch.to(weight, x.dtype))

  def root_mean_square(self: __torch__.Kernel, x: Tensor) -> Tensor:
    # sqrt(mean(x^2)) of each hidden state, [.., 1], found in float32 or wider.
    wide = x
    if x.dtype == 15:
      wide = torch.to(x, 6)
    return torch.to(torch.sqrt(torch.add(torch.mean(torch.mul(wide, wide), [-1], True), self.eps)), x.dtype)

  def angles(self: __torch__.Kernel, places: Tensor, type: int) -> List[Tensor]:
    # cos and sin [.., head_dim / 2] of position * frequency, made in float32 as the usual Python stack does.
    exponent = torch.div(torch.to(torch.arange(0, self.head_dim, 2, dtype=4, device=places.device), 6), float(self.head_dim))
    frequency = torch.reciprocal(torch.pow(self.rope_theta, exponent))
    if self.rope_scaled:
      # llama3: long wavelengths are divided by the factor, short ones kept, the band between is blended.
      wavelength = torch.mul(torch.reciprocal(frequency), 6.283185307179586)
      slow = torch.div(frequency, self.rope_factor)
      smooth = torch.div(torch.sub(torch.mul(torch.reciprocal(wavelength), self.rope_positions), self.rope_low), self.rope_high - self.rope_low)
      blend = torch.add(torch.mul(torch.rsub(smooth, 1.0), slow), torch.mul(smooth, frequency))
      long_wave = torch.gt(wavelength, self.rope_positions / self.rope_low)
      short_wave = torch.lt(wavelength, self.rope_positions / self.rope_high)
      frequency = torch.where(long_wave, slow, torch.where(short_wave, frequency, blend))
    angle = torch.mul(torch.unsqueeze(torch.to(places, 6), -1), frequency)
    return [torch.to(torch.cos(angle), type), torch.to(torch.sin(angle), type)]

  def rotate(self: __torch__.Kernel, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    # Rotary embedding of x [B, heads, T, head_dim]: halves (a, b) become (a cos - b sin, b cos + a sin).
    half = self.head_dim // 2
    a = torch.slice(x, -1, 0, half)
    b = torch.slice(x, -1, half, self.head_dim)
    return torch.cat([torch.sub(torch.mul(a, cos), torch.mul(b, sin)), torch.add(torch.mul(b, cos), torch.mul(a, sin))], -1)

  def heads_of(self: __torch__.Kernel, x: Tensor, heads: int) -> Tensor:
    # [B, T, heads * head_dim] as [B, heads, T, head_dim]
    return torch.transpose(torch.reshape(x, [torch.size(x, 0), torch.size(x, 1), heads, self.head_dim]), 1, 2)

  def grouped(self: __torch__.Kernel, x: Tensor) -> Tensor:
    # Key/value heads repeated for their query heads: [B, kv_heads, T, D] to [B, heads, T, D].
    if self.heads == self.kv_heads:
      y = x
    else:
      group = self.heads // self.kv_heads
      wide = torch.expand(torch.unsqueeze(x, 2), [-1, -1, group, -1, -1])
      y = torch.reshape(wide, [torch.size(x, 0), self.heads, torch.size(x, 2), self.head_dim])
    return y

  def attend_rows(self: __torch__.Kernel, q: Tensor, k: Tensor, val: Tensor, spans: List[int]) -> Tensor:
    # Causal attention within each of the packed rows; q, k, val and the result are [1, heads, sum of spans, D].
    queries = torch.split_with_sizes(q, spans, 2)
    keys = torch.split_with_sizes(k, spans, 2)
    values = torch.split_with_sizes(val, spans, 2)
    rows = annotate(List[Tensor], [])
    for i in range(torch.len(spans)):
      _0 = torch.append(rows, torch.scaled_dot_product_attention(queries[i], keys[i], values[i], None, 0., True))
    return torch.cat(rows, 2)

  def layer(self: __torch__.Kernel, x: Tensor, parts: List[Tensor], v: Tensor, layer: int, cos: Tensor, sin: Tensor, mask: Optional[Tensor], spans: List[int], keys: List[Tensor], values: List[Tensor], start: int) -> Tensor:
    # One decoder layer. Without a mask attention is causal; with spans, each row of packed ones sees itself. With caches (keys, values not empty) the new keys stand at
    # start.. in the cache and every query sees what the mask allows.
    at = 1 + layer * (self).per_layer()
    h = (self).norm(x, self.base[at])
    bias_q = annotate(Optional[Tensor], None)
    bias_k = annotate(Optional[Tensor], None)
    bias_v = annotate(Optional[Tensor], None)
    after = at + 5
    if self.qkv_bias:
      bias_q = self.base[after]
      bias_k = self.base[after + 1]
      bias_v = self.base[after + 2]
      after = after + 3
    q = (self).heads_of((self).project(h, self.base[at + 1], bias_q, parts, layer, 0), self.heads)
    k = (self).heads_of((self).project(h, self.base[at + 2], bias_k, parts, layer, 1), self.kv_heads)
    val = (self).heads_of((self).project(h, self.base[at + 3], bias_v, parts, layer, 2), self.kv_heads)
    if self.qk_norm:
      q = (self).norm(q, self.base[after])
      k = (self).norm(k, self.base[after + 1])
      after = after + 2
    q = (self).rotate(q, cos, sin)
    k = (self).rotate(k, cos, sin)
    if torch.len(keys) > 0:
      end = start + torch.size(x, 1)
      _2 = torch.copy_(torch.slice(keys[layer], 2, start, end), k)
      _3 = torch.copy_(torch.slice(values[layer], 2, start, end), val)
      k = torch.slice(keys[layer], 2, 0, end)
      val = torch.slice(values[layer], 2, 0, end)
    if torch.len(spans) > 0:
      attended = (self).attend_rows(q, (self).grouped(k), (self).grouped(val), spans)
    else:
      attended = torch.scaled_dot_product_attention(q, (self).grouped(k), (self).grouped(val), mask, 0., torch.__is__(mask, None))
    flat = torch.reshape(torch.transpose(attended, 1, 2), [torch.size(x, 0), torch.size(x, 1), self.heads * self.head_dim])
    y = torch.add(x, (self).project(flat, self.base[at + 4], None, parts, layer, 3))
    h2 = (self).norm(y, self.base[after])
    gate = torch.silu((self).project(h2, self.base[after + 1], None, parts, layer, 4))
    up = (self).project(h2, self.base[after + 2], None, parts, layer, 5)
    down = (self).project(torch.mul(gate, up), self.base[after + 3], None, parts, layer, 6)
    for i in range(torch.len(self.probe_layers)):
      if self.probe_layers[i] == layer:
        if torch.size(v, 0) > i:
          down = torch.add(down, (self).shift(torch.select(v, 0, i), torch.add(y, down)))
    return torch.add(y, down)

  def shift(self: __torch__.Kernel, v: Tensor, x: Tensor) -> Tensor:
    # What a probe vector [H] adds to hidden states x [B, T, H].
    added = torch.to(v, x.dtype)
    if self.probe_relative:
      added = torch.mul(added, (self).root_mean_square(x))
    return added

  def attention_mask(self: __torch__.Kernel, mask: Tensor) -> Tensor:
    # [B, 1, T, T], true where query t may look at key s: s <= t, s within the window, and s is a token.
    length = torch.size(mask, 1)
    place = torch.arange(length, dtype=4, device=mask.device)
    ago = torch.sub(torch.unsqueeze(place, 1), torch.unsqueeze(place, 0))
    causal = torch.ge(ago, 0)
    if self.window > 0:
      causal = torch.__and__(causal, torch.lt(ago, self.window))
    real = torch.reshape(torch.ne(mask, 0), [torch.size(mask, 0), 1, 1, length])
    return torch.__and__(real, causal)

  def attention(self: __torch__.Kernel, mask: Tensor, spans: List[int]) -> Optional[Tensor]:
    # The mask that a pass over whole rows needs; none where causal attention is right. Right padding needs no mask
    # where only real positions are read.
    result = annotate(Optional[Tensor], None)
    windowed = False
    if self.window > 0:
      windowed = torch.size(mask, 1) > self.window
    if self.masked:
      windowed = True
    if torch.len(spans) > 0:
      windowed = False
    if windowed:
      result = (self).attention_mask(mask)
    return result

  def spans(self: __torch__.Kernel, ids: Tensor, lengths: Tensor) -> List[int]:
    # Tokens of each row where rows are packed; empty where each has a line of its own.
    spans = annotate(List[int], [])
    if torch.size(ids, 0) != torch.size(lengths, 0):
      for i in range(torch.size(lengths, 0)):
        _0 = torch.append(spans, int(lengths[i]))
    return spans

  def places(self: __torch__.Kernel, ids: Tensor, spans: List[int]) -> Tensor:
    # The position in its row of each column of ids.
    if torch.len(spans) > 0:
      rows = annotate(List[Tensor], [])
      for i in range(torch.len(spans)):
        _0 = torch.append(rows, torch.arange(spans[i], dtype=4, device=ids.device))
      places = torch.cat(rows)
    else:
      places = torch.arange(torch.size(ids, 1), dtype=4, device=ids.device)
    return places

  def states(self: __torch__.Kernel, w: Tensor, v: Tensor, ids: Tensor, mask: Tensor, spans: List[int], type: int) -> Tensor:
    # Hidden states after the last layer, in the shape of ids and H.
    x = torch.to(torch.embedding(self.base[0], ids), type)
    parts = (self).lora(w)
    turn = (self).angles((self).places(ids, spans), type)
    attention = (self).attention(mask, spans)
    none = annotate(List[Tensor], [])
    for layer in range(self.layers):
      x = (self).layer(x, parts, v, layer, turn[0], turn[1], attention, spans, none, none, 0)
    return x

  def head(self: __torch__.Kernel, x: Tensor) -> Tensor:
    # Logits [.., V] of hidden states [.., H], float32 or wider.
    h = (self).norm(x, self.base[1 + self.layers * (self).per_layer()])
    weight = self.base[0]
    if torch.__not__(self.tied):
      weight = self.base[2 + self.layers * (self).per_layer()]
    y = torch.linear(h, torch.to(weight, h.dtype))
    if y.dtype == 15:
      y = torch.to(y, 6)
    return y

  def picked_logp(self: __torch__.Kernel, x: Tensor, positions: Tensor, targets: Tensor) -> Tensor:
    # Log-probability of each target, [N], from hidden states; logits are computed where a target stands, or everywhere.
    flat = torch.reshape(x, [-1, self.hidden])
    if self.everywhere:
      logits = (self).head(flat)
      at = torch.add(torch.mul(positions, torch.size(logits, 1)), targets)
      picked = torch.index_select(torch.reshape(logits, [-1]), 0, at)
      total = torch.index_select(torch.logsumexp(logits, [1]), 0, positions)
    else:
      logits = (self).head(torch.index_select(flat, 0, positions))
      picked = torch.squeeze(torch.gather(logits, 1, torch.unsqueeze(targets, 1)), 1)
      total = torch.logsumexp(logits, [1])
    return torch.sub(picked, total)

  def target_logp(self: __torch__.Kernel, w: Tensor, v: Tensor, ids: Tensor, mask: Tensor, positions: Tensor, targets: Tensor, lengths: Tensor, type: int) -> Tensor:
    # Log-probability of each target, [N].
    return (self).picked_logp((self).states(w, v, ids, mask, (self).spans(ids, lengths), type), positions, targets)

  def row_sums(self: __torch__.Kernel, x: Tensor, rows: Tensor, count: int) -> Tensor:
    # Sums of x [N] by row, [count]; a matrix product, since scattered additions are not deterministic on a GPU.
    place = torch.unsqueeze(torch.arange(count, dtype=4, device=rows.device), 1)
    member = torch.to(torch.eq(place, torch.unsqueeze(rows, 0)), x.dtype)
    return torch.mv(member, x)

  def row_means(self: __torch__.Kernel, x: Tensor, rows: Tensor, count: int) -> Tensor:
    sums = (self).row_sums(x, rows, count)
    counts = (self).row_sums(torch.ones_like(x), rows, count)
    return torch.div(sums, torch.clamp_min(counts, 1))

  # ---------------------------------------------------------------------------------------------- losses, gradients

  def leaf(self: __torch__.Kernel, x: Tensor) -> Tensor:
    return torch.requires_grad_(torch.detach(x), True)

  def gradients(self: __torch__.Kernel, loss: Tensor, by: List[Tensor]) -> List[Tensor]:
    found = torch.grad([loss], by, None, None, False, True)
    result = annotate(List[Tensor], [])
    for i in range(torch.len(by)):
      g = found[i]
      if torch.__is__(g, None):
        whole = torch.zeros_like(by[i])
      else:
        whole = unchecked_cast(Tensor, g)
      _4 = torch.append(result, whole)
    return result

  def logits(self: __torch__.Kernel, ids: Tensor, mask: Tensor, w: Tensor, v: Tensor) -> List[Tensor]:
    # [B, T, V] at every position.
    none = annotate(List[int], [])
    return [(self).head((self).states(w, v, ids, mask, none, self.compute))]

  def at_once(self: __torch__.Kernel, ids: Tensor, mask: Tensor, positions: Tensor, targets: Tensor, lengths: Tensor, w: Tensor, v: Tensor, by: List[Tensor], type: int) -> List[Tensor]:
    # Log-probability of each target [N], then the gradient of minus their mean by each tensor of by, which are w or v.
    logp = (self).target_logp(w, v, ids, mask, positions, targets, lengths, type)
    result = annotate(List[Tensor], [torch.detach(logp)])
    g = (self).gradients(torch.neg(torch.mean(logp)), by)
    for i in range(torch.len(g)):
      _5 = torch.append(result, g[i])
    return result

  def by_layer(self: __torch__.Kernel, ids: Tensor, mask: Tensor, positions: Tensor, targets: Tensor, lengths: Tensor, w: Tensor, v: Tensor) -> List[Tensor]:
    # As at_once by w and v in self.precise, where the base is stored in a narrower type. Backwards, each layer is
    # computed again from its input, so that the converted weights of one layer alone are alive at a time.
    x = torch.to(torch.embedding(self.base[0], ids), self.precise)
    parts = (self).lora(w)
    spans = (self).spans(ids, lengths)
    turn = (self).angles((self).places(ids, spans), self.precise)
    attention = (self).attention(mask, spans)
    none = annotate(List[Tensor], [])
    inputs = annotate(List[Tensor], [])
    for layer in range(self.layers):
      _6 = torch.append(inputs, x)
      x = (self).layer(x, parts, v, layer, turn[0], turn[1], attention, spans, none, none, 0)
    leaf_x = (self).leaf(x)
    logp = (self).picked_logp(leaf_x, positions, targets)
    by_x = (self).gradients(torch.neg(torch.mean(logp)), [leaf_x])[0]
    by_w = torch.zeros_like(w)
    by_v = torch.zeros_like(v)
    for i in range(self.layers):
      layer = self.layers - 1 - i
      leaf_x = (self).leaf(torch.pop(inputs))
      leaf_w = (self).leaf(w)
      leaf_v = (self).leaf(v)
      y = (self).layer(leaf_x, (self).lora(leaf_w), leaf_v, layer, turn[0], turn[1], attention, spans, none, none, 0)
      g = (self).gradients(torch.sum(torch.mul(y, by_x)), [leaf_x, leaf_w, leaf_v])
      by_x = g[0]
      by_w = torch.add(by_w, g[1])
      by_v = torch.add(by_v, g[2])
    return [torch.detach(logp), by_w, by_v]

  def losses(self: __torch__.Kernel, logp: Tensor, rows: Tensor, count: int) -> List[Tensor]:
    # Mean loss over all targets [], mean loss of each row [B].
    return [torch.neg(torch.mean(logp)), torch.neg((self).row_means(logp, rows, count))]

  def task(self: __torch__.Kernel, ids: Tensor, mask: Tensor, positions: Tensor, rows: Tensor, targets: Tensor, lengths: Tensor, w: Tensor, v: Tensor) -> List[Tensor]:
    # Mean loss over all targets [], mean loss of each row [B], gradient by w [n], gradient by v [P, H].
    if self.stored == self.precise:
      leaf_w = (self).leaf(w)
      leaf_v = (self).leaf(v)
      g = (self).at_once(ids, mask, positions, targets, lengths, leaf_w, leaf_v, [leaf_w, leaf_v], self.precise)
    else:
      g = (self).by_layer(ids, mask, positions, targets, lengths, w, v)
    loss = (self).losses(g[0], rows, torch.size(lengths, 0))
    return [loss[0], loss[1], g[1], g[2]]

  def weights(self: __torch__.Kernel, ids: Tensor, mask: Tensor, positions: Tensor, rows: Tensor, targets: Tensor, lengths: Tensor, w: Tensor, v: Tensor) -> List[Tensor]:
    # As task, with the gradient by w alone: loss [], loss of each row [B], gradient by w [n].
    leaf_w = (self).leaf(w)
    g = (self).at_once(ids, mask, positions, targets, lengths, leaf_w, v, [leaf_w], self.compute)
    loss = (self).losses(g[0], rows, torch.size(lengths, 0))
    return [loss[0], loss[1], g[1]]

  def perturbed(self: __torch__.Kernel, ids: Tensor, mask: Tensor, positions: Tensor, rows: Tensor, targets: Tensor, lengths: Tensor, w: Tensor, v: Tensor) -> List[Tensor]:
    # As task, with the gradient by v alone: loss [], loss of each row [B], gradient by v [P, H].
    if self.stored == self.precise:
      leaf_v = (self).leaf(v)
      g = (self).at_once(ids, mask, positions, targets, lengths, w, leaf_v, [leaf_v], self.precise)
    else:
      g = (self).by_layer(ids, mask, positions, targets, lengths, w, v)
    loss = (self).losses(g[0], rows, torch.size(lengths, 0))
    return [loss[0], loss[1], g[-1]]

  def safety(self: __torch__.Kernel, ids: Tensor, mask: Tensor, positions: Tensor, rows: Tensor, targets: Tensor, lengths: Tensor, pairs: Tensor, w: Tensor, v: Tensor) -> List[Tensor]:
    # Rows 0 .. M-1 are safe answers, M .. 2M-1 the harmful ones to the same prompts; pairs [M] tells M by its length.
    # Mean of -log sigmoid((logp_safe - logp_harmful) / temperature) [], logp of each row [2M], gradient by w [n].
    leaf_w = (self).leaf(w)
    count = torch.size(pairs, 0)
    logp = (self).target_logp(leaf_w, v, ids, mask, positions, targets, lengths, self.compute)
    sums = (self).row_sums(logp, rows, 2 * count)
    margin = torch.sub(torch.slice(sums, 0, 0, count), torch.slice(sums, 0, count, 2 * count))
    loss = torch.neg(torch.mean(torch.log_sigmoid(torch.div(margin, self.temperature))))
    g = (self).gradients(loss, [leaf_w])
    return [torch.detach(loss), torch.detach(sums), g[0]]

  def score(self: __torch__.Kernel, ids: Tensor, mask: Tensor, positions: Tensor, rows: Tensor, targets: Tensor, lengths: Tensor, w: Tensor) -> List[Tensor]:
    # Without gradients and without a probe: sum of log-probabilities of each row [B].
    off = torch.zeros([0, self.hidden], dtype=6, device=w.device)
    logp = (self).target_logp(w, off, ids, mask, positions, targets, lengths, self.compute)
    return [(self).row_sums(logp, rows, torch.size(lengths, 0))]

  def row_losses(self: __torch__.Kernel, ids: Tensor, mask: Tensor, positions: Tensor, rows: Tensor, targets: Tensor, lengths: Tensor, w: Tensor, v: Tensor) -> List[Tensor]:
    # Without gradients: mean loss of each row [B], in self.precise, to be compared between two places.
    logp = (self).target_logp(w, v, ids, mask, positions, targets, lengths, self.precise)
    return [(self).losses(logp, rows, torch.size(lengths, 0))[1]]

  def pretrain(self: __torch__.Kernel, ids: Tensor, mask: Tensor, positions: Tensor, rows: Tensor, targets: Tensor, lengths: Tensor, w: Tensor) -> List[Tensor]:
    # Mean loss [] and its gradient by every base tensor, for training a small base model from scratch.
    for i in range(torch.len(self.base)):
      _5 = torch.requires_grad_(self.base[i], True)
    off = torch.zeros([0, self.hidden], dtype=6, device=w.device)
    loss = torch.neg(torch.mean((self).target_logp(w, off, ids, mask, positions, targets, lengths, self.compute)))
    result = annotate(List[Tensor], [torch.detach(loss)])
    g = (self).gradients(loss, self.base)
    for i in range(torch.len(g)):
      _6 = torch.requires_grad_(self.base[i], False)
      _7 = torch.append(result, g[i])
    return result

  # ------------------------------------------------------------------------------------------------------- vectors

  def perturb(self: __torch__.Kernel, share: Tensor, w: Tensor, d: Tensor) -> List[Tensor]:
    # W' = W + eps d and eps = share * |W| [], on a copy.
    eps = torch.mul(torch.norm(w), torch.to(share, w.dtype))
    return [torch.add(w, torch.mul(d, eps)), eps]

  def unit(self: __torch__.Kernel, floor: Tensor, g: Tensor) -> List[Tensor]:
    # g / (|g| + floor), and |g| [].
    size = torch.norm(g)
    return [torch.div(g, torch.add(size, torch.to(floor, g.dtype))), size]

  def minus(self: __torch__.Kernel, anchor: Tensor, a: Tensor, b: Tensor) -> List[Tensor]:
    return [torch.sub(a, b)]

  def assign(self: __torch__.Kernel, anchor: Tensor, target: Tensor, source: Tensor) -> List[Tensor]:
    return [torch.copy_(target, source)]

  def measures(self: __torch__.Kernel, anchor: Tensor, g: Tensor, d: Tensor, v: Tensor, w: Tensor) -> List[Tensor]:
    # |g|, cos(g, d), |v|, |W| as one tensor [4]: one transfer to the host.
    size = torch.norm(g)
    other = torch.norm(d)
    cosine = torch.div(torch.sum(torch.mul(g, d)), torch.clamp_min(torch.mul(size, other), 1e-30))
    return [torch.stack([size, cosine, torch.norm(v), torch.norm(w)])]

  def adamw(self: __torch__.Kernel, h: Tensor, p: Tensor, g: Tensor, m: Tensor, s: Tensor) -> List[Tensor]:
    # AdamW with decoupled weight decay, in place on p, m and s.
    # h = [learning rate, beta1, beta2, epsilon, weight decay, 1 - beta1^k, 1 - beta2^k, largest norm of g or 0], float64.
    lr = float(h[0])
    beta1 = float(h[1])
    beta2 = float(h[2])
    largest = float(h[7])
    clipped = g
    if largest > 0.:
      clipped = torch.mul(g, torch.clamp_max(torch.div(largest, torch.add(torch.norm(g), 1e-6)), 1.))
    _7 = torch.mul_(p, 1. - lr * float(h[4]))
    _8 = torch.add_(torch.mul_(m, beta1), clipped, alpha=1. - beta1)
    _9 = torch.addcmul_(torch.mul_(s, beta2), clipped, clipped, value=1. - beta2)
    scale = torch.add(torch.sqrt(torch.div(s, float(h[6]))), float(h[3]))
    _10 = torch.addcdiv_(p, torch.div(m, float(h[5])), scale, value=-lr)
    return [p]

  # ----------------------------------------------------------------------------------------------------- generation

  def generate(self: __torch__.Kernel, ids: Tensor, mask: Tensor, room: Tensor, w: Tensor) -> List[Tensor]:
    # Greedy answers [B, <= R] to prompts padded on the left, with a key/value cache; room [R] tells R by its length.
    # A row that met an end token goes on with the first end token.
    rows = torch.size(ids, 0)
    length = torch.size(ids, 1)
    total = length + torch.size(room, 0)
    parts = (self).lora(w)
    off = torch.zeros([0, self.hidden], dtype=6, device=w.device)
    unpacked = annotate(List[int], [])
    keys = annotate(List[Tensor], [])
    values = annotate(List[Tensor], [])
    for layer in range(self.layers):
      _11 = torch.append(keys, torch.zeros([rows, self.kv_heads, total, self.head_dim], dtype=self.compute, device=w.device))
      _12 = torch.append(values, torch.zeros([rows, self.kv_heads, total, self.head_dim], dtype=self.compute, device=w.device))
    full = torch.cat([mask, torch.ones([rows, torch.size(room, 0)], dtype=4, device=ids.device)], 1)
    places = torch.clamp_min(torch.sub(torch.cumsum(full, 1), 1), 0)
    # Padding on the left sees itself, lest its row of weights is empty and its values not a number.
    itself = torch.eye(total, dtype=11, device=ids.device)
    allowed = torch.__or__((self).attention_mask(full), itself)
    result = annotate(List[Tensor], [])
    done = torch.zeros([rows], dtype=11, device=ids.device)
    current = ids
    start = 0
    running = True
    while running:
      end = start + torch.size(current, 1)
      x = torch.to(torch.embedding(self.base[0], current), self.compute)
      turn = (self).angles(torch.slice(places, 1, start, end), self.compute)
      cos = torch.unsqueeze(turn[0], 1)
      sin = torch.unsqueeze(turn[1], 1)
      visible = torch.slice(torch.slice(allowed, 2, start, end), 3, 0, end)
      for layer in range(self.layers):
        x = (self).layer(x, parts, off, layer, cos, sin, visible, unpacked, keys, values, start)
      token = torch.argmax((self).head(torch.select(x, 1, -1)), 1)
      if torch.len(self.eos) > 0:
        token = torch.where(done, torch.full_like(token, self.eos[0]), token)
      for i in range(torch.len(self.eos)):
        done = torch.__or__(done, torch.eq(token, self.eos[i]))
      _13 = torch.append(result, token)
      current = torch.unsqueeze(token, 1)
      start = end
      finished = bool(torch.all(done))
      running = torch.__and__(end < total - 1, torch.__not__(finished))
    return [torch.stack(result, 1)]

  def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
    return x
