"""Times one kind of work in Python's PyTorch and prints one JSON line; the counterpart of Limpid.Benchmarks."""
import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F

from diffpure import purify
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


def convolutions(options):
    """Seconds of 3x3 convolutions and of their input gradients, in the faster of the two memory layouts."""
    results = {}
    with torch.no_grad():
        for channels, side in ((64, 32), (128, 16), (256, 8)):
            x, weight = torch.randn(options.batch, channels, side, side), torch.randn(channels, channels, 3, 3)
            for kind in ("forward", "gradient"):
                layouts = []
                for layout in (torch.contiguous_format, torch.channels_last):
                    a, w = x.contiguous(memory_format=layout), weight.contiguous(memory_format=layout)
                    if kind == "forward":
                        call = lambda: F.conv2d(a, w, padding=1)
                    else:
                        call = lambda: torch.ops.aten.convolution_backward(a, a, w, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, [True, False, False])
                    times, begin = [], time.perf_counter()
                    while len(times) < options.repetitions:
                        start = time.perf_counter()
                        call()
                        if start - begin > 0.5:  # warm, as the counterpart
                            times.append(time.perf_counter() - start)
                    layouts.append(statistics.median(times))
                results[f"{channels}@{side} {kind}"] = min(layouts)
    return results


def purification(options):
    net = UNet(read_safetensors(options.weights), options.width)
    images = torch.linspace(0, 1, options.batch * 3072).reshape(options.batch, 3, 32, 32)
    purify(net, images, 2)
    start = time.perf_counter()
    purify(net, images, options.steps)
    return {"seconds": time.perf_counter() - start}


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
parser.add_argument("work", choices=["overhead", "convolutions", "forward", "gradient", "purify"])
parser.add_argument("--weights")
parser.add_argument("--width", type=int, default=64)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repetitions", type=int, default=5)
parser.add_argument("--steps", type=int, default=100)
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
works = {"overhead": lambda options: overhead(), "convolutions": convolutions, "purify": purification}
print(json.dumps(works.get(arguments.work, network)(arguments)))
