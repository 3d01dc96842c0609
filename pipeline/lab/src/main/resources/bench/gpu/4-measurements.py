class Visit:
    def __init__(self, torch, device, plan_, small, sapflow, deadline):
        self.torch = torch
        self.device = Device(torch, device)
        self.plan = plan_
        self.size = plan_["small" if small else "full"]
        self.small = small
        self.sapflow = sapflow
        self.deadline = deadline
        self.peak = None
        self.shared = {}

    def left(self):
        return self.deadline - time.monotonic()

    def base(self):
        """The large model's weights, once for all measurements of steps."""
        if "base" not in self.shared:
            dtype = getattr(self.torch, self.size["double-backward"]["types"]["stored"])
            config = self.size["double-backward"]["config"]
            self.shared["base"] = random_base(self.torch, config, dtype, self.device.name)
        return self.shared["base"]


def machine(visit):
    """What this is, and how fast a large matrix product goes: what shares of peak are taken of."""
    torch, device = visit.torch, visit.device
    out = {"torch": torch.__version__, "python": platform.python_version(), "device": device.name}
    if device.gpu:
        properties = torch.cuda.get_device_properties(0)
        out.update(
            gpu=properties.name, memoryGiB=properties.total_memory / 2**30, cuda=torch.version.cuda,
            tf32=torch.backends.cuda.matmul.allow_tf32)
    n = 8192 if device.gpu else 256
    for name in ["bfloat16", "float32"]:
        x = torch.randn([n, n], device=device.name).to(getattr(torch, name))
        out[name + "Teraflops"] = 2 * n**3 / device.seconds(lambda: x @ x, 5) / 1e12
    visit.peak = out["bfloat16Teraflops"] * 1e12
    return out


def equality(visit):
    """Each family's tiny model: all that the kernel returns, on this device and on the CPU, packed and padded."""
    torch, out = visit.torch, {}
    for name, case in visit.plan["families"].items():
        worst, odd = {}, []
        for layout in ["packed", "padded"]:
            if layout == "packed" and case["config"]["slidingWindow"]:
                continue  # rows that the window cuts are not packed
            found = [everything(visit, case, layout, device) for device in ["cpu", visit.device.name]]
            for key, mine in found[1].items():
                theirs = found[0][key]
                if mine.shape != theirs.shape:
                    odd.append("%s.%s: %s, %s" % (layout, key, list(mine.shape), list(theirs.shape)))
                    continue
                scale = max(theirs.abs().max().item(), 1e-30)
                worst[layout + "." + key] = (mine.cpu().double() - theirs.double()).abs().max().item() / scale
                if not (torch.isfinite(mine).all() and torch.isfinite(theirs).all()):
                    odd.append(layout + "." + key)
        largest = max(worst.values())
        out[name] = {"largest": largest, "aimMet": largest <= 1e-5 and not odd, "odd": odd, "of": worst}
    return out


def everything(visit, case, layout, device):
    torch, config = visit.torch, case["config"]
    kernel = Kernel(torch, case["kernel"], None, device)
    for values in random_base(torch, config, torch.float32, "cpu"):
        bytes_ = torch.frombuffer(bytearray(values.numpy().tobytes()), dtype=torch.uint8).to(device)
        place = torch.tensor([0] + list(values.shape), dtype=torch.int64)
        assert bool(kernel.call("load", bytes_, torch.zeros([TYPES["float32"]], device=device), place)[0])
    rows = [[3, 4], [5, 9], [1, 2], [7, 3]]
    pad_to = 16 if layout == "padded" else None
    state = State(torch, config, case, torch.float32, device)
    batch = Batch(torch, rows, config["vocabSize"], device, pad_to)
    chunks = torch.tensor([[2, 21, 13], [2, 13, 5]], dtype=torch.int64)
    out = {}
    names = ["loss", "rows", "byW", "byV", "slopes"]
    for method, more in [
        ("weights", []), ("weights_along", [state.d]), ("task", []), ("perturbed", []), ("double_backward", [state.d])
    ]:
        before = [chunks] if method == "double_backward" else []
        for name, value in zip(names, kernel.call(method, *batch.inputs, *before, state.w, state.v, *more)):
            out[method + "." + name] = value
    for name, value in zip(["loss", "logp", "byW"], kernel.call("safety", *batch.inputs, torch.zeros([2]), state.w, state.v)):
        out["safety." + name] = value
    adamw(kernel, case["optimizer"], 1, 1e-3, 1.0, state.w, out["weights.byW"], state.m, state.s)
    out["adamw.w"], out["adamw.m"] = state.w, state.m
    prompts = torch.randint(1, config["vocabSize"], [3, 6], generator=torch.Generator().manual_seed(3)).to(device)
    out["generate"] = kernel.call(
        "generate", prompts, torch.ones_like(prompts), torch.zeros([8], device=device),
        torch.tensor([2], dtype=torch.int64), torch.zeros([1], dtype=torch.int64), state.w)[0].double()
    return out


def double_backward(visit):
    """Cosines of what the probe is made of with the same in float64, at the large shape with few layers."""
    torch, device = visit.torch, visit.device
    case = visit.size["precision"]
    config = case["config"]
    stored = random_base(torch, config, torch.bfloat16, device.name)
    batch = Batch(torch, case["rows"], config["vocabSize"], device.name)
    safe, harmful = [pair[0] for pair in case["pairs"]], [pair[1] for pair in case["pairs"]]
    pairs = Batch(torch, safe + harmful, config["vocabSize"], device.name, seed=5)
    chunks = torch.tensor(case["chunks"], dtype=torch.int64)

    def passes(name, d=None):
        dtype = torch.float64 if name == "float64" else torch.float32
        base = [t.to(torch.float64 if name == "float64" else torch.float32) for t in stored] if name.startswith("float") else stored
        kernel = Kernel(torch, case["kernels"][name], base, device.name)
        state = State(torch, config, case, dtype, device.name)
        if d is None:
            d = direction_of(kernel, state, pairs, len(safe))[0]
        d = d.to(dtype)
        loss, _, g, h, slopes = kernel.call("double_backward", *batch.inputs, chunks, state.w, state.v, d)
        found = {"loss": loss, "taskGradient": g, "d": d, "q": h, "slopes": slopes}
        if name != "float64":
            moved, eps = kernel.call("perturb", kernel.host(case["probe"]["perturbation"]), state.w, d)
            there = kernel.call("perturbed", *batch.inputs, moved, state.v)[2]
            here = kernel.call("task", *batch.inputs, state.w, state.v)[3]
            found["qByDifference"] = (there - here) / eps
        return {key: value.double().reshape(-1) for key, value in found.items()}

    truth = passes("float64")
    out = {"layers": config["layers"], "tokens": batch.tokens, "aim": 0.995}
    for name in ["bfloat16", "float32"]:
        own, same = passes(name), passes(name, truth["d"])
        out[name] = {key: cosine(own[key], truth[key]) for key in ["taskGradient", "d", "q", "slopes"]}
        out[name]["lossRelative"] = abs(own["loss"].item() / truth["loss"].item() - 1)
        out[name]["qSameD"] = cosine(same["q"], truth["q"])
        out[name]["qByDifferenceSameD"] = cosine(same["qByDifference"], truth["q"])
        device.reset_peak()
    out["aimMet"] = out["bfloat16"]["qSameD"] >= out["aim"]
    return out


def cosine(a, b):
    return (a @ b / (a.norm() * b.norm())).item()


def steps_by(gradient, keys):
    def measure(visit):
        """Seconds of each kind of step at the mean batch, tokens a second, share of peak, peak of memory."""
        plan_ = visit.size[gradient]
        config = plan_["config"]
        out = {"batch": mean_batch(plan_), "repeats": 1 if visit.small else 3}
        for key in keys:
            visit.device.reset_peak()
            kernel = Kernel(visit.torch, plan_["kernels"][plan_["arrangements"][key]["layout"]], visit.base(), visit.device.name)
            state = State(visit.torch, config, plan_, visit.torch.float32, visit.device.name)
            steps = Steps(visit, plan_, key, kernel, out["batch"], state)
            taken, counted, kinds = 0.0, 0.0, []
            for kind, flops in zip(steps.how["kinds"], steps.flops):
                seconds = visit.device.seconds(lambda: steps.run(kind), out["repeats"])
                kinds.append({**kind, "seconds": seconds, "shareOfPeak": flops / seconds / visit.peak if visit.peak else None})
                taken += kind["share"] * seconds
                counted += kind["share"] * flops
            out[key] = {
                "secondsPerStep": taken, "usefulTokensPerSecond": steps.useful / taken, "usefulTokens": steps.useful,
                "teraflopPerStep": counted / 1e12, "shareOfPeak": counted / taken / visit.peak if visit.peak else None,
                "peakGiB": visit.device.peak_gib(), "kinds": kinds}
            RESULTS["partial"] = out
            del kernel, state, steps
        if "plain" in out:
            out["costOverPlain"] = {
                key: out[key]["secondsPerStep"] / out["plain"]["secondsPerStep"] for key in keys if key != "plain"}
        return out

    return measure


def waits(visit):
    """How often a step makes the host wait, and which operators are not deterministic; equal bits of two runs."""
    torch, out = visit.torch, {}
    plan_ = visit.size["double-backward"]
    kernel = Kernel(torch, plan_["kernels"]["packed"], visit.base(), visit.device.name)
    for key in ["plain", "sap"]:
        runs = []
        for _ in range(2):
            state = State(torch, plan_["config"], plan_, torch.float32, visit.device.name)
            steps = Steps(visit, plan_, key, kernel, mean_batch(plan_), state)
            counts = []
            for kind in steps.how["kinds"]:
                with warnings.catch_warnings(record=True) as said, deterministic(torch), sync_debug(visit):
                    warnings.simplefilter("always")
                    steps.run(kind)
                texts = [str(each.message).splitlines()[0] for each in said]
                counts.append({
                    "direction": kind["direction"], "probe": kind["probe"],
                    "waits": sum("synchroniz" in text for text in texts) if visit.device.gpu else None,
                    "notDeterministic": sorted({text for text in texts if "deterministic" in text})})
            runs.append((state.w.clone(), state.v.clone(), counts))
        out[key] = {
            "equalBits": bool(torch.equal(runs[0][0], runs[1][0]) and torch.equal(runs[0][1], runs[1][1])),
            "kinds": runs[1][2]}
    return out


@contextlib.contextmanager
def deterministic(torch):
    """Operators that have no deterministic implementation warn."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False)


@contextlib.contextmanager
def sync_debug(visit):
    """Calls that make the host wait warn."""
    if visit.device.gpu:
        visit.torch.cuda.set_sync_debug_mode("warn")
    try:
        yield
    finally:
        if visit.device.gpu:
            visit.torch.cuda.set_sync_debug_mode("default")


def attention(visit):
    """One layer's attention of packed rows, forward and backward: row by row as in the kernel, padded, and dense."""
    torch, device = visit.torch, visit.device
    plan_ = visit.size["double-backward"]
    config = plan_["config"]
    rows = [sum(row) for row in plan_["work"][0]["batches"][mean_batch(plan_)]["examples"]]
    heads, size = config["heads"], config["headDim"]
    kernel = Kernel(torch, plan_["kernels"]["packed"], visit.base(), device.name)
    sdpa = torch.ops.aten.scaled_dot_product_attention
    dtype = getattr(torch, plan_["types"]["activations"])
    longest = max(rows)

    def tensors(shape):
        return [torch.randn(shape, device=device.name).to(dtype).requires_grad_(True) for _ in range(3)]

    def by_row(q, k, v):
        parts = zip(*(t.split(rows, 2) for t in (q, k, v)))
        return torch.cat([sdpa(a, b, c, None, 0.0, True) for a, b, c in parts], 2)

    def padded(q, k, v):
        return sdpa(q, k, v, None, 0.0, True)

    ids = torch.zeros([1, sum(rows)], dtype=torch.int64, device=device.name)
    guide = kernel.call("dense_attention", ids, None, rows)

    def dense(q, k, v):
        return kernel.call("attend_dense", q, k, v, guide)

    out = {"rows": len(rows), "tokens": sum(rows), "longest": longest}
    cases = [
        ("rowByRow", by_row, [1, heads, sum(rows), size]),
        ("rowByRowByCudnn", by_row, [1, heads, sum(rows), size]),
        ("paddedFused", padded, [len(rows), heads, longest, size]),
        ("dense", dense, [1, heads, sum(rows), size]),
    ]
    for name, work, shape in cases:
        cudnn = name.endswith("Cudnn")
        if not cudnn_attention(torch, cudnn) and cudnn:
            continue
        inputs = tensors(shape)
        forward = device.seconds(lambda: work(*inputs), 5)

        def both():
            torch.autograd.grad(work(*inputs).sum(), inputs)

        out[name] = {"forwardSeconds": forward, "forwardBackwardSeconds": device.seconds(both, 5)}
    cudnn_attention(torch, False)
    return out


def jvm(visit):
    """bench step and tune of a checkout, where libtorch loads in the JVM."""
    if visit.sapflow is None:
        return {"skipped": "no --sapflow DIR was named"}
    out = {}
    examples = os.path.abspath("sapflow-examples.jsonl")
    with open(examples, "w") as file:
        for i in range(400):
            row = {"prompt": "what comes after %d" % (i % 50), "completion": "%d does" % (i % 50 + 1)}
            file.write(json.dumps(row) + "\n")
    for name, arguments in visit.plan["jvm"].items():
        target = os.path.abspath("sapflow-" + name + ".json")
        places = {"@JSON@": target, "@DIR@": target + ".d", "@EXAMPLES@": examples}
        command = ["./sapflow"] + [places.get(argument, argument) for argument in arguments]
        start = time.monotonic()
        ended = subprocess.run(
            command, cwd=visit.sapflow, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=max(visit.left(), 1))
        out[name] = {"command": " ".join(command), "exit": ended.returncode, "seconds": time.monotonic() - start,
                     "said": ended.stdout[-2000:]}
        if os.path.exists(target):
            with open(target) as file:
                out[name]["result"] = json.load(file)
        RESULTS["partial"] = out
    return out


MEASUREMENTS = {
    "machine": machine,
    "equality": equality,
    "doubleBackward": double_backward,
    "stepsByDoubleBackward": steps_by("double-backward", ["plain", "sapWithoutReplay", "sap"]),
    "stepsByDifference": steps_by("difference", ["sapWithoutReplay", "sap"]),
    "attention": attention,
    "waits": waits,
    "jvm": jvm,
    "referenceArrangement": steps_by("difference", ["sapReferenceArrangement"]),
}
