def adamw(kernel, optimizer, k, rate, largest, p, g, m, s):
    b1, b2 = optimizer["beta1"], optimizer["beta2"]
    h = [rate, b1, b2, optimizer["epsilon"], optimizer["weightDecay"], 1 - b1**k, 1 - b2**k, largest]
    kernel.call("adamw", kernel.host(h), p, g, m, s)


def direction_of(kernel, state, pairs, count):
    anchor = kernel.torch.zeros([count], dtype=kernel.torch.int64)
    _, _, g = kernel.call("safety", *pairs.inputs, anchor, state.w, state.v)
    return kernel.call("unit", kernel.host(1e-8), g)


def step(kernel, plan_, how, kind, state, batch, probed, others, pairs, count, chunks):
    """One step as SapStep makes it: plain, along a direction, or with the hidden probe computed anew."""
    found = None
    direction = state.d
    if kind["direction"]:
        found = direction_of(kernel, state, pairs, count)
        direction = found[0]
    q = None
    if not how["probe"]:
        loss, losses, g = kernel.call("weights", *batch.inputs, state.w, state.v)
    elif not kind["probe"]:
        method = "weights_along" if how["pushes"] == "every-step" else "weights"
        more = [direction] if method == "weights_along" else []
        out = kernel.call(method, *batch.inputs, state.w, state.v, *more)
        loss, losses, g = out[:3]
    else:
        moved, eps = kernel.call("perturb", kernel.host(plan_["probe"]["perturbation"]), state.w, direction)
        if how["probeGradient"] == "double-backward":
            loss, losses, g, h, slopes = kernel.call(
                "double_backward", *probed.inputs, chunks, state.w, state.v, direction)
            q = kernel.call("descent", eps, h)[0]
        else:
            _, _, there = kernel.call("perturbed", *probed.inputs, moved, state.v)
            loss, losses, g, here = kernel.call("task", *probed.inputs, state.w, state.v)
            q = kernel.call("minus", kernel.host(0.0), here, there)[0]
        if others is not None:
            rest = kernel.call("weights_along", *others.inputs, state.w, state.v, direction)
            share = probed.inputs[4].numel() / (probed.inputs[4].numel() + others.inputs[4].numel())
            rows = probed.inputs[5].numel() + others.inputs[5].numel()
            places = kernel.torch.arange(rows, device=g.device)
            part = kernel.host(share)
            loss = kernel.call("mixed", part, loss, rest[0])[0]
            losses = kernel.call("placed", places, losses, rest[1])[0]
            g = kernel.call("mixed", part, g, rest[2])[0]
    measures = kernel.call("measures", kernel.host(0.0), g, direction, state.v, state.w)[0].tolist()
    read = [float(loss), losses.tolist(), measures]
    optimizer = plan_["optimizer"]
    state.updates += 1
    adamw(kernel, optimizer, state.updates, optimizer["learningRate"], optimizer["maxGradientNorm"], state.w, g, state.m, state.s)
    if found is not None:
        kernel.call("assign", kernel.host(0.0), state.d, found[0])
    if q is not None:
        kernel.call("measures", kernel.host(0.0), q, q, q, q)[0].tolist()
        kernel.call("clear", kernel.host(0.0), state.v)
        adamw(kernel, optimizer, state.updates, optimizer["probeLearningRate"], 0.0, state.v, q, state.vm, state.vs)
    return read


class Steps:
    """One arrangement's steps on one batch of the plan."""

    def __init__(self, visit, plan_, key, kernel, index, state):
        torch, device = visit.torch, visit.device.name
        self.plan, self.kernel, self.state = plan_, kernel, state
        self.how = plan_["arrangements"][key]
        given = plan_["work"][0]["batches"][index]
        own = self.how["work"][0][index]
        vocabulary = plan_["config"]["vocabSize"]
        padded = self.how["layout"] == "padded"
        rows = given["examples"] + (given["replayed"] if self.how["replay"] else [])
        limits = plan_["limits"]

        def batch(of, pad_to):
            return Batch(torch, of, vocabulary, device, pad_to if padded else None)

        self.batch = batch(rows, limits["examples"])
        picked = own.get("probedRows")
        self.probed, self.others = self.batch, None
        if picked is not None:
            self.probed = batch([rows[i] for i in picked], limits["examples"])
            self.others = batch([rows[i] for i in range(len(rows)) if i not in picked], limits["examples"])
        self.pairs = batch([pair[0] for pair in given["pairs"]] + [pair[1] for pair in given["pairs"]], limits["pairs"])
        self.count = len(given["pairs"])
        self.chunks = torch.tensor(own["chunks"], dtype=torch.int64) if "chunks" in own else None
        self.flops = own["flops"]
        self.useful = given["usefulTokens"]

    def run(self, kind):
        return step(self.kernel, self.plan, self.how, kind, self.state, self.batch, self.probed, self.others,
                    self.pairs, self.count, self.chunks)


def mean_batch(plan_):
    """The batch whose tokens are nearest to the mean."""
    batches = plan_["work"][0]["batches"]
    mean = sum(batch["usefulTokens"] for batch in batches) / len(batches)
    return min(range(len(batches)), key=lambda i: abs(batches[i]["usefulTokens"] - mean))
