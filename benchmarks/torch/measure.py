"""Times one kind of work in Python's PyTorch and prints one JSON line; the counterpart of Limpid.Benchmarks."""
import argparse
import json
import statistics
import time

import torch

from unet import UNet, read_safetensors


def overhead():
    a, b = torch.ones(1), torch.ones(1)
    results = {}
    for name, call in {
        "add": lambda: a + b,
        "mul": lambda: a * b,
        "reshape": lambda: a.reshape(1, 1),
        "relu": lambda: a.relu(),
    }.items():
        with torch.no_grad():
            for _ in range(20000):
                call()
            rounds = []
            for _ in range(15):
                start = time.perf_counter()
                for _ in range(20000):
                    call()
                rounds.append((time.perf_counter() - start) / 20000)
        results[name] = statistics.median(rounds) * 1e9
    return results


def network(options):
    net = UNet(read_safetensors(options.weights), options.width)
    x = torch.linspace(-1, 1, options.batch * 3072).reshape(options.batch, 3, 32, 32)
    t = torch.full((options.batch,), 50.0)

    def forward():
        with torch.no_grad():
            return net(x, t)

    def gradient():
        leaf = x.clone().requires_grad_()
        (net(leaf, t) ** 2).sum().backward()
        return leaf.grad

    work = forward if options.work == "forward" else gradient
    check = float(work().double().abs().mean())
    times = []
    for _ in range(options.repetitions):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return {"seconds": statistics.median(times), "check": check}


parser = argparse.ArgumentParser()
parser.add_argument("work", choices=["overhead", "forward", "gradient"])
parser.add_argument("--weights")
parser.add_argument("--width", type=int, default=64)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repetitions", type=int, default=5)
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
print(json.dumps(overhead() if arguments.work == "overhead" else network(arguments)))
