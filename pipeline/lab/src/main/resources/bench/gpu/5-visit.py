def known(value):
    """The same with null for numbers that JSON has not."""
    if isinstance(value, dict):
        return {key: known(each) for key, each in value.items()}
    if isinstance(value, list):
        return [known(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write(path):
    with open(path + ".part", "w") as file:
        json.dump(known(RESULTS), file, indent=1, allow_nan=False)
    os.replace(path + ".part", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default="sapflow-gpu.json")
    parser.add_argument("--budget", type=float, default=600, help="seconds; nothing new is begun after them")
    parser.add_argument("--only", help="names of measurements, with commas")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--sapflow", metavar="DIR")
    parser.add_argument("--list", action="store_true", help="print what would be measured, and end")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else list(MEASUREMENTS)
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        parser.error("--only: found %s, expected any of %s" % (", ".join(unknown), ", ".join(MEASUREMENTS)))
    whole = plan()
    if arguments.list:
        print(json.dumps({"measurements": list(MEASUREMENTS), "plan": whole}))
        return 0
    import torch

    old = attention_of_old_torch(torch)
    cudnn_attention(torch, False)
    torch._C._set_graph_executor_optimize(False)
    start = time.monotonic()
    visit = Visit(torch, arguments.device, whole, arguments.small, arguments.sapflow, start + arguments.budget)
    RESULTS.update(
        date=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), small=arguments.small, budgetSeconds=arguments.budget,
        attention="of this script, torch is older than 2.0" if old else "torch's", failed=[], skipped=[])
    for name in names:
        if visit.left() <= 0:
            RESULTS["skipped"].append(name)
            write(arguments.out)
            continue
        began = time.monotonic()
        RESULTS.pop("partial", None)
        try:
            RESULTS[name] = MEASUREMENTS[name](visit)
        except Exception as e:  # whatever it is, the others are still worth their time
            RESULTS[name] = {"error": "%s: %s" % (type(e).__name__, e), "trace": traceback.format_exc()[-3000:]}
            if "partial" in RESULTS:
                RESULTS[name]["partial"] = RESULTS["partial"]
            RESULTS["failed"].append(name)
            visit.device.reset_peak()
        RESULTS.pop("partial", None)
        RESULTS[name]["measuredInSeconds"] = time.monotonic() - began
        write(arguments.out)
        print("%-24s %6.1f s%s" % (name, RESULTS[name]["measuredInSeconds"], "  FAILED" if name in RESULTS["failed"] else ""), flush=True)
    return 1 if RESULTS["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
