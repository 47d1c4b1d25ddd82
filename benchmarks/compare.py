"""Alternates Limpid and Python's PyTorch on the same work and prints the ratio (above 1: Limpid is faster)."""
import argparse
import json
import os
import statistics
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
limpid = [os.path.join(here, "Limpid.Benchmarks/bin/Release/net10.0/Limpid.Benchmarks")]
python = [os.environ.get("LIMPID_PYTHON", "/usr/bin/python3"), os.path.join(here, "torch/measure.py")]

# PyTorch's best setting of threads; and a heap that keeps what it frees, as Limpid's does, where page faults would take most of the time.
peer_settings = {"OPENBLAS_NUM_THREADS": "1"}
kept_heap = {"MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 33), "MALLOC_TOP_PAD_": str(1 << 28)}


def run(command, environment=None):
    answer = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **(environment or {})})
    return json.loads(answer.stdout.strip().splitlines()[-1])


def spread(values):
    return f"{statistics.median(values):.4g} [{min(values):.4g}, {max(values):.4g}]"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--python-wait", default="", help="OMP_WAIT_POLICY for Python's PyTorch: its best setting depends on how busy the machine is")
    parser.add_argument("works", nargs="*", default=["overhead", "forward", "gradient"])
    arguments = parser.parse_args()
    weights = f"/tmp/limpid-unet-{arguments.width}.safetensors"
    run(limpid + ["weights", "--weights", weights, "--width", str(arguments.width)])
    common = ["--weights", weights, "--width", str(arguments.width), "--batch", str(arguments.batch),
              "--threads", str(arguments.threads), "--repetitions", str(arguments.repetitions)]
    peer = dict(peer_settings)
    if arguments.python_wait:
        peer["OMP_WAIT_POLICY"] = arguments.python_wait

    for work in arguments.works:
        ours, theirs = [], []
        for _ in range(arguments.rounds):
            ours.append(run(limpid + [work] + common))
            theirs.append(run(python + [work] + common, peer))
        if work == "overhead":
            for name in ours[0]:
                a, b = [o[name] for o in ours], [t[name] for t in theirs]
                print(f"{name:8}  Limpid {spread(a)} ns  Python {spread(b)} ns  ratio {statistics.median([y / x for x, y in zip(a, b)]):.2f}")
            continue
        a, b = [o["seconds"] for o in ours], [t["seconds"] for t in theirs]
        difference = abs(ours[0]["check"] - theirs[0]["check"]) / theirs[0]["check"]
        print(f"{work:8}  Limpid {spread(a)} s  Python {spread(b)} s  ratio {statistics.median([y / x for x, y in zip(a, b)]):.2f}  results differ by {difference:.1e}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
