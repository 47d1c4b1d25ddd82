"""Measures every row of the README's table, Limpid and Python's PyTorch in alternation, and prints it as Markdown. Ten to twelve minutes on two cores."""
import argparse
import datetime
import os
import platform
import statistics

from compare import kept_heap, limpid, peer_settings, python, run

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2, help="threads of Python's PyTorch; Limpid's are calibrated")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--python-wait", default="", help="OMP_WAIT_POLICY for Python's PyTorch: its best setting depends on how busy the machine is")
parser.add_argument("--python-heap", choices=("default", "kept"), default="default", help="kept: the C library keeps what PyTorch frees, instead of giving it back and faulting it in anew")
parser.add_argument("parts", nargs="*", help="convolutions, forward, gradient, one, many, narrow, purify, kernels: only these rows; all of them unless given")
parser.add_argument("--spin", default="", help="GOMP_SPINCOUNT for Limpid, and as many threads as PyTorch's, instead of a calibration, which needs a quiet minute")
parser.add_argument("--quick", action="store_true", help="one round, few repetitions: only to see that it works")
arguments = parser.parse_args()
peer = peer_settings | (kept_heap if arguments.python_heap == "kept" else {})
if arguments.python_wait:
    peer["OMP_WAIT_POLICY"] = arguments.python_wait
mine = {"GOMP_SPINCOUNT": arguments.spin} if arguments.spin else {}
threads = str(arguments.threads) if arguments.spin else "0"


def alternate(work, rounds, **options):
    given = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    ours, theirs = [], []
    for _ in range(1 if arguments.quick else rounds):
        ours.append(run(limpid + [work, "--threads", threads] + given, mine))
        theirs.append(run(python + [work, "--threads", str(arguments.threads)] + given, peer))
    return ours, theirs


def spread(values, unit):
    return f"{statistics.median(values) * unit:.4g} [{min(values) * unit:.4g}, {max(values) * unit:.4g}]"


def wanted(part):
    return not arguments.parts or part in arguments.parts


def row(name, ours, theirs, goal, unit=1.0, symbol="s"):
    ratio = statistics.median([t / o for o, t in zip(ours, theirs)])
    print(f"| {name} | {spread(ours, unit)} {symbol} | {spread(theirs, unit)} {symbol} | {ratio:.2f} | {goal} |", flush=True)


def network(name, work, goal, rounds, width, batch, repetitions):
    repetitions = 1 if arguments.quick else repetitions
    ours, theirs = alternate(work, rounds, weights=weights(width), width=width, batch=batch, repetitions=repetitions)
    row(name, [o["seconds"] for o in ours], [t["seconds"] for t in theirs], goal)


def weights(width):
    return f"/tmp/limpid-unet-{width}.safetensors"


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine())


for width in (64, 32):
    run(limpid + ["weights", "--weights", weights(width), "--width", str(width)])
# Each way of waiting is measured by one process; the third one uses what is best.
found = [run(limpid + ["calibrate", "--threads", threads], mine)["found"] for _ in range(1 if arguments.spin else 3)][-1]
print(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start. Limpid: {found}. PyTorch: {arguments.threads} threads, {arguments.python_heap} heap.\n")
print("| work | Limpid | Python's PyTorch | ratio | at least |\n| --- | --- | --- | --- | --- |", flush=True)
if wanted("convolutions"):
    ours, theirs = alternate("convolutions", arguments.rounds, batch=16, repetitions=3 if arguments.quick else 40)
    for shape in ours[0]:
        row(f"3×3 convolution {shape}, batch 16", [o[shape] for o in ours], [t[shape] for t in theirs], 1.8, 1e3, "ms")
if wanted("forward"):
    network("U-Net of width 64, batch 16, forward", "forward", 1.7, arguments.rounds, 64, 16, 5)
if wanted("gradient"):
    network("the same, forward and input gradient", "gradient", 1.7, arguments.rounds, 64, 16, 5)
if wanted("one"):
    network("batch 1, forward", "forward", 1.3, arguments.rounds, 64, 1, 20)
    network("batch 1, forward and input gradient", "gradient", 1.3, arguments.rounds, 64, 1, 15)
if wanted("many"):
    network("batch 64, forward", "forward", 1.7, min(3, arguments.rounds), 64, 64, 3)
    network("batch 64, forward and input gradient", "gradient", 1.7, min(3, arguments.rounds), 64, 64, 3)
if wanted("narrow"):
    network("U-Net of width 32, batch 16, forward", "forward", 1.5, arguments.rounds, 32, 16, 8)
if wanted("purify"):
    ours, theirs = alternate("purify", min(2, arguments.rounds), weights=weights(64), width=64, batch=16, steps=4 if arguments.quick else 100)
    row("DiffPure, DDPM form, t* = 100, batch 16, an image", [o["seconds"] / 16 for o in ours], [t["seconds"] / 16 for t in theirs], 1.7)
if wanted("kernels"):
    kernels = run(limpid + ["kernels", "--threads", threads, "--weights", weights(64), "--width", "64", "--batch", "16", "--repetitions", "3"], mine)
    for choice in ("auto", "precise", "fast"):
        forward, gradient = kernels["forward"][choice], kernels["gradient"][choice]
        print(f"\n--kernels {choice} beside libtorch's own kernels, processor time: forward {forward['ratio']:.2f}, gradient {gradient['ratio']:.2f} times as fast; largest difference, relative to the largest output: {forward['largest_difference']:.1e}, {gradient['largest_difference']:.1e}.")
