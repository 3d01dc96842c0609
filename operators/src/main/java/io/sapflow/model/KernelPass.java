package io.sapflow.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A scope of kernel calls: what they return is freed when the pass is closed.
 *
 * <p>Letters in shapes: B rows, N targets, n LoRA parameters, P layers with a hidden probe, H
 * hidden size, V vocabulary. Nothing here waits for the device; reading a {@link Tensor} does.
 */
public final class KernelPass implements AutoCloseable {

  private final Kernel kernel;
  private final TorchScope scope;
  private final Transfers transfers = new Transfers();
  private final BatchLoader loader;
  private final PartSums sums;

  KernelPass(Kernel kernel, TorchScope scope) {
    this.kernel = kernel;
    this.scope = scope;
    this.loader = new BatchLoader(kernel, scope, transfers);
    this.sums = new PartSums(this);
  }

  /**
   * Loss and gradients of a batch.
   *
   * @param loss mean over all targets, []
   * @param rowLosses mean over each row's targets, [B]
   * @param byWeights gradient by the LoRA vector, [n]; null where it was not asked for
   * @param byHiddenProbe gradient by the hidden probe, [P, H]; null where it was not asked for
   */
  public record Gradients(Tensor loss, Tensor rowLosses, Tensor byWeights, Tensor byHiddenProbe) {}

  /**
   * The safety loss.
   *
   * @param loss mean of -log sigmoid of the margin, []
   * @param logp log-probability of each row's answer, safe answers first, [2M]
   * @param byWeights gradient by the LoRA vector, [n]
   */
  public record Safety(Tensor loss, Tensor logp, Tensor byWeights) {}

  /**
   * What differentiating twice along a direction d gives beside the task loss.
   *
   * @param task the task loss with its gradient by w
   * @param alongDirection gradient by v of the task loss's slope along d, [P, H]
   * @param slopes of each row's mean loss along d, [B]
   */
  public record Twice(Gradients task, Tensor alongDirection, Tensor slopes) {}

  /**
   * The task loss, and how it changes along a direction d.
   *
   * @param task the task loss with its gradient by w
   * @param slopes of each row's mean loss along d, [B]
   */
  public record Along(Gradients task, Tensor slopes) {}

  /** A vector and the scalar that was computed with it. */
  public record Scaled(Tensor vector, Tensor scalar) {}

  /** What this pass has moved between host and device so far. */
  public Transfers transfers() {
    return transfers;
  }

  /** A batch in the device's memory. */
  public static final class Loaded {
    private final TokenBatch source;
    private final List<Tensor> inputs;
    private final long[] lengths;
    private final List<Loaded> parts;

    Loaded(TokenBatch source, List<Tensor> inputs, long[] lengths, List<Loaded> parts) {
      this.source = source;
      this.inputs = inputs;
      this.lengths = lengths;
      this.parts = parts;
    }

    /** Its rows. */
    TokenBatch source() {
      return source;
    }

    /** What the kernel takes of it. */
    List<Tensor> inputs() {
      return inputs;
    }

    /** Tokens of each row as it goes through, [B]; padding counts where rows are padded. */
    long[] lengths() {
      return lengths;
    }

    /** Its micro-batches in their order; none where it goes through whole. */
    List<Loaded> parts() {
      return parts;
    }
  }

  /**
   * Copies a batch to the device in one piece, laid out as the kernel's options say, and in
   * micro-batches where it is larger than one.
   */
  public Loaded load(TokenBatch batch) {
    return loader.load(batch);
  }

  /** Copies a batch of safety pairs, for {@link #safety}, which goes through it pair by pair. */
  public Loaded loadPairs(TokenBatch batch) {
    return loader.loadPairs(batch);
  }

  /** Logits at every position, [B, T, V]. */
  public Tensor logits(TokenBatch batch, Tensor w, Tensor v) {
    loader.checkLength(batch.lengths());
    Tensor ids = ints(batch.ids(), batch.rows(), batch.length());
    Tensor mask = ints(batch.mask(), batch.rows(), batch.length());
    return call("logits", List.of(ids, mask), w, v).get(0);
  }

  /** Task loss at (w, v) with its gradients by both. */
  public Gradients task(Loaded batch, Tensor w, Tensor v) {
    List<Tensor> out = sums.of("task", batch, Set.of(1), w, v);
    return new Gradients(out.get(0), out.get(1), out.get(2), out.get(3));
  }

  /** Task loss at (w, v) with its gradient by w. */
  public Gradients weights(Loaded batch, Tensor w, Tensor v) {
    List<Tensor> out = sums.of("weights", batch, Set.of(1), w, v);
    return new Gradients(out.get(0), out.get(1), out.get(2), null);
  }

  /**
   * The same, bit for bit, and each row's slope along d, which the same backward pass gives.
   *
   * @param d a direction, [n]
   */
  public Along weightsAlong(Loaded batch, Tensor w, Tensor v, Tensor d) {
    List<Tensor> out = sums.of("weights_along", batch, Set.of(1, 3), w, v, d);
    return new Along(new Gradients(out.get(0), out.get(1), out.get(2), null), out.get(3));
  }

  /** Task loss at (w, v) with its gradient by v. */
  public Gradients perturbed(Loaded batch, Tensor w, Tensor v) {
    List<Tensor> out = sums.of("perturbed", batch, Set.of(1), w, v);
    return new Gradients(out.get(0), out.get(1), null, out.get(2));
  }

  /**
   * Task loss at (w, v) with its gradient by w, and the gradient by v of its slope along d. Rows go
   * through in micro-batches that bound the memory.
   */
  public Twice doubleBackward(Loaded batch, Tensor w, Tensor v, Tensor d) {
    List<Tensor> inputs = new ArrayList<>(batch.inputs());
    long[] cuts =
        MicroBatches.flat(
            kernel.microBatches().twice(batch.lengths(), batch.source().targetsOfRows()));
    inputs.add(scope.hostInts(cuts, cuts.length / 3, 3));
    List<Tensor> out = call("double_backward", inputs, w, v, d);
    return new Twice(
        new Gradients(out.get(0), out.get(1), out.get(2), null), out.get(3), out.get(4));
  }

  /**
   * Safety loss at (w, v) with its gradient by w. Both answers of a pair go through together.
   *
   * @param batch targets of M safe answers, rows 0 .. M-1, then of the M harmful ones, rows M ..
   *     2M-1
   * @param pairs M
   */
  public Safety safety(Loaded batch, int pairs, Tensor w, Tensor v) {
    Safety all = null;
    int before = 0;
    List<Loaded> parts = loader.pairs(batch, pairs);
    for (Loaded part : parts) {
      int count = parts.size() == 1 ? pairs : part.source().rows() / 2;
      List<Tensor> inputs = new ArrayList<>(part.inputs());
      inputs.add(scope.hostInts(new long[count], count));
      List<Tensor> out = call("safety", inputs, w, v);
      Safety own = new Safety(out.get(0), out.get(1), out.get(2));
      all = all == null ? own : sums.joined(all, own, before, count);
      before += count;
    }
    return all;
  }

  /** Sum of the log-probabilities of each row's targets, without a hidden probe, [B]. */
  public Tensor score(Loaded batch, Tensor w) {
    return call("score", batch.inputs(), w).get(0);
  }

  /** w + eps d, and eps = share * |w|. */
  public Scaled perturb(Tensor w, Tensor d, double share) {
    List<Tensor> out = call("perturb", List.of(hostDouble(share)), w, d);
    return new Scaled(out.get(0), out.get(1));
  }

  /** g / (|g| + floor), and |g|. */
  public Scaled unit(Tensor g, double floor) {
    List<Tensor> out = call("unit", List.of(hostDouble(floor)), g);
    return new Scaled(out.get(0), out.get(1));
  }

  /**
   * The task loss with its gradient by w of a batch that was computed in two parts.
   *
   * @param share of the batch's targets that the first part has
   * @param places where each row stands in the parts one after the other, [B]
   */
  public Gradients joined(Gradients first, Gradients second, double share, int[] places) {
    return new Gradients(
        sums.mixed(first.loss(), second.loss(), share),
        sums.placed(first.rowLosses(), second.rowLosses(), places),
        sums.mixed(first.byWeights(), second.byWeights(), share),
        null);
  }

  /** The way that a hidden probe's gradient is found on this kernel's base and device. */
  public ProbeGradient way(ProbeGradient chosen) {
    return chosen.on(kernel.held(), kernel.onGpu());
  }

  /** -eps h: the hidden probe's gradient q from what a double backward gives. */
  public Tensor descent(Tensor eps, Tensor h) {
    return call("descent", List.of(), eps, h).get(0);
  }

  /** -x. */
  public Tensor negated(Tensor x) {
    return call("negated", List.of(hostDouble(0)), x).get(0);
  }

  /** a - b. */
  public Tensor minus(Tensor a, Tensor b) {
    return call("minus", List.of(hostDouble(0)), a, b).get(0);
  }

  /** Independent standard normal values in the shape of another tensor. */
  public Tensor normal(Tensor like, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(like.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    transfers.countToDevice();
    return scope.floats(values, like.shape()).counted(transfers);
  }

  /** Copies source over target, in place. */
  public void assign(Tensor target, Tensor source) {
    call("assign", List.of(hostDouble(0)), target, source);
  }

  /** Makes a tensor zero, in place, whatever stood in it. */
  public void clear(Tensor target) {
    call("clear", List.of(hostDouble(0)), target);
  }

  /** |g|, cos(g, d), |v| and |w| in one transfer. */
  public double[] measures(Tensor g, Tensor d, Tensor v, Tensor w) {
    return call("measures", List.of(hostDouble(0)), g, d, v, w).get(0).toDoubles();
  }

  /**
   * One AdamW update, in place on parameter and moments.
   *
   * @param h learning rate, beta1, beta2, epsilon, weight decay, 1 - beta1^k, 1 - beta2^k, largest
   *     gradient norm or 0
   */
  public void adamw(double[] h, Tensor parameter, Tensor gradient, Tensor mean, Tensor square) {
    call("adamw", List.of(scope.hostDoubles(h)), parameter, gradient, mean, square);
  }

  /**
   * Greedy answers.
   *
   * @param prompts token ids of each prompt
   * @param room the most tokens of an answer
   * @param ends the tokens that end one, as {@code io.sapflow.tokens.EndTokens} gives them
   * @return the answer to each prompt
   */
  public List<Generated> generate(List<int[]> prompts, int room, Set<Integer> ends, Tensor w) {
    return generate(prompts, room, ends, false, w);
  }

  /**
   * The same; finished rows may leave the batch.
   *
   * @param leaving whether rows whose answer has ended are no longer computed once they are half of
   *     the batch; the last bits of the others then depend on when these end
   */
  public List<Generated> generate(
      List<int[]> prompts, int room, Set<Integer> ends, boolean leaving, Tensor w) {
    int length = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    loader.checkLength(length + room);
    long[] ids = new long[prompts.size() * length];
    long[] mask = new long[ids.length];
    for (int b = 0; b < prompts.size(); b++) {
      int[] prompt = prompts.get(b);
      for (int t = 0; t < prompt.length; t++) {
        int at = (b + 1) * length - prompt.length + t;
        ids[at] = prompt[t];
        mask[at] = 1;
      }
    }
    List<Tensor> inputs =
        List.of(
            ints(ids, prompts.size(), length),
            ints(mask, prompts.size(), length),
            scope.hostInts(new long[room], room),
            scope.hostInts(ends.stream().mapToLong(Integer::longValue).toArray(), ends.size()),
            scope.hostInts(new long[] {leaving ? 1 : 0}, 1));
    Tensor out = call("generate", inputs, w).get(0);
    return Generated.split(out.toLongs(), prompts.size(), ends);
  }

  /**
   * Mean loss, then its gradient by every base tensor in their order; for training a base model.
   */
  public List<Tensor> pretrain(Loaded batch, Tensor w) {
    return uncounted("pretrain", batch.inputs(), w);
  }

  /**
   * The base model's tensors, shared, in the order of {@link ModelConfig#expectedTensors}; float32
   * models only.
   */
  public List<Tensor> base() {
    return uncounted("held", List.of(hostDouble(0)));
  }

  /** Calls a method of the kernel; reads of what it gives count. */
  List<Tensor> call(String method, List<Tensor> inputs, Tensor... tensors) {
    return uncounted(method, inputs, tensors).stream()
        .map(tensor -> tensor.counted(transfers))
        .toList();
  }

  private List<Tensor> uncounted(String method, List<Tensor> inputs, Tensor... tensors) {
    List<Tensor> all = new ArrayList<>(inputs);
    all.addAll(List.of(tensors));
    return kernel.module().call(scope, method, all);
  }

  Tensor ints(long[] values, long... shape) {
    transfers.countToDevice();
    return scope.ints(values, shape);
  }

  Tensor hostDouble(double value) {
    return scope.hostDouble(value);
  }

  @Override
  public void close() {
    scope.close();
  }
}
