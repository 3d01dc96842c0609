def base_shapes(config):
    """Shapes of the base tensors in the order of kernel.py."""
    hidden, inner, head = config["hiddenSize"], config["intermediateSize"], config["headDim"]
    query, key = config["heads"] * head, config["kvHeads"] * head
    shapes = [[config["vocabSize"], hidden]]
    for _ in range(config["layers"]):
        shapes += [[hidden], [query, hidden], [key, hidden], [key, hidden], [hidden, query]]
        if config["qkvBias"]:
            shapes += [[query], [key], [key]]
        if config["qkNorm"]:
            shapes += [[head], [head]]
        shapes += [[hidden], [inner, hidden], [inner, hidden], [hidden, inner]]
    shapes.append([hidden])
    if not config["tiedEmbeddings"]:
        shapes.append([config["vocabSize"], hidden])
    return shapes


def random_base(torch, config, dtype, device, seed=0):
    """Random weights: matrices of 0.02, norms of ones with a little of the same."""
    generator = torch.Generator(device).manual_seed(seed)
    base = []
    for shape in base_shapes(config):
        values = torch.randn(shape, generator=generator, device=device, dtype=torch.float32) * 0.02
        base.append((values + 1 if len(shape) == 1 else values).to(dtype))
    return base


def lora_slots(config, lora):
    """[rows, columns] of A and B in the order of LoraLayout."""
    query, key = config["heads"] * config["headDim"], config["kvHeads"] * config["headDim"]
    hidden, inner = config["hiddenSize"], config["intermediateSize"]
    shapes = {
        "q_proj": (query, hidden), "k_proj": (key, hidden), "v_proj": (key, hidden), "o_proj": (hidden, query),
        "gate_proj": (inner, hidden), "up_proj": (inner, hidden), "down_proj": (hidden, inner),
    }
    slots = []
    for _ in range(config["layers"]):
        for module in lora["modules"]:
            out, into = shapes[module.split(".")[-1]]
            slots += [(lora["rank"], into), (out, lora["rank"])]
    return slots


class State:
    """An adapter: w, its moments, the direction, the hidden probe, its moments. B is not zero, as in one that has trained."""

    def __init__(self, torch, config, plan_, dtype, device, seed=1):
        generator = torch.Generator("cpu").manual_seed(seed)
        parts = []
        for i, (rows, columns) in enumerate(lora_slots(config, plan_["lora"])):
            values = torch.rand(rows * columns, generator=generator) * 2 - 1
            parts.append(values / columns**0.5 if i % 2 == 0 else values * 0.01)
        self.w = torch.cat(parts).to(dtype).to(device)
        probes = max(1, len(plan_["probe"]["layers"]))
        probe = torch.randn([probes, config["hiddenSize"]], generator=generator)
        self.v = (probe * plan_["optimizer"]["probeLearningRate"]).to(dtype).to(device)
        self.m, self.s = torch.zeros_like(self.w), torch.zeros_like(self.w)
        self.vm, self.vs = torch.zeros_like(self.v), torch.zeros_like(self.v)
        direction = torch.randn(self.w.shape, generator=generator).to(dtype).to(device)
        self.d = direction / direction.norm()
        self.updates = 0


class Batch:
    """Rows of [tokens given, tokens trained on], packed one after the other or padded, as KernelPass.load has it."""

    def __init__(self, torch, rows, vocabulary, device, pad_to=None, seed=2):
        generator = torch.Generator("cpu").manual_seed(seed)
        lengths = [given + trained for given, trained in rows]
        self.packed = pad_to is None and len(set(lengths)) > 1
        width = pad_to or max(lengths)
        ids, mask, positions, of_row, targets = [], [], [], [], []
        start = 0
        for b, (given, trained) in enumerate(rows):
            tokens = torch.randint(0, vocabulary, [given + trained], generator=generator).tolist()
            begin = start if self.packed else b * width
            for t in range(max(given, 1), given + trained):
                positions.append(begin + t - 1)
                of_row.append(b)
                targets.append(tokens[t])
            padding = 0 if self.packed else width - len(tokens)
            ids += tokens + [0] * padding
            mask += [1] * len(tokens) + [0] * padding
            start += len(tokens)
        shape = [1, len(ids)] if self.packed else [len(rows), width]

        def tensor(values):
            return torch.tensor(values, dtype=torch.int64).to(device)

        self.inputs = [
            tensor(ids).reshape(shape), tensor(mask).reshape(shape), tensor(positions), tensor(of_row), tensor(targets),
            torch.tensor(lengths, dtype=torch.int64),
        ]
        self.tokens = len(ids)


class Kernel:
    """The archive that Java writes, with a base that other kernels may share."""

    def __init__(self, torch, archive, base, device):
        self.torch = torch
        self.module = torch.jit.load(io.BytesIO(base64.b64decode(archive)), map_location=device)
        if base is not None:
            assert self.module.adopt(base) == len(base)

    def call(self, method, *tensors):
        return getattr(self.module, method)(*tensors)

    def host(self, values):
        return self.torch.tensor(values, dtype=self.torch.float64)
