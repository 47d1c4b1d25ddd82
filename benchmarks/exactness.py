"""How far convolutions and a U-Net are from float64, for each choice of kernels: largest error and root mean square, in units of the largest result."""
import argparse
import os
import sys

from compare import here, limpid, run

sys.path.insert(0, os.path.join(here, "torch"))
import torch  # noqa: E402
from unet import UNet, read_safetensors  # noqa: E402

choices = ("library", "auto", "precise", "fast")


def errors(actual, exact):
    relative = (actual.double() - exact) / exact.abs().max()
    return f"{relative.abs().max():.1e}, {relative.square().mean().sqrt():.1e}"


def row(name, tensors, exact):
    print(f"| {name} | " + " | ".join(errors(tensors(choice), exact) for choice in choices) + " |", flush=True)


parser = argparse.ArgumentParser()
parser.add_argument("--width", type=int, default=64)
parser.add_argument("--batch", type=int, default=16)
arguments = parser.parse_args()
weights, outputs = f"/tmp/limpid-unet-{arguments.width}.safetensors", "/tmp/limpid-outputs.safetensors"
common = ["--weights", weights, "--width", str(arguments.width), "--batch", str(arguments.batch)]
run(limpid + ["weights"] + common)
run(limpid + ["outputs", "--out", outputs] + common)
stored = read_safetensors(outputs)
print("| | " + " | ".join(choices) + " |\n|" + " --- |" * (len(choices) + 1))
for channels in (64, 128, 256):
    x, filters = stored[f"{channels} input"].double(), stored[f"{channels} filters"].double()
    row(f"{channels} channels at {2048 // channels}×{2048 // channels}", lambda c: stored[f"{channels} {c}"], torch.nn.functional.conv2d(x, filters, padding=1))
net = UNet({name: value.double() for name, value in read_safetensors(weights).items()}, arguments.width)
t = torch.full((arguments.batch,), 50.0, dtype=torch.float64)
for images in ("noise", "ramp"):
    x = stored[images].double().requires_grad_()
    y = net(x, t)
    gradient, = torch.autograd.grad((y * y).sum(), x)
    row(f"{images}, forward", lambda c: stored[f"{images} {c} forward"], y.detach())
    row(f"{images}, gradient", lambda c: stored[f"{images} {c} gradient"], gradient)
    for choice in choices[1:]:
        print(f"{images}, {choice} to library: " + "; ".join(errors(stored[f"{images} {choice} {kind}"], stored[f"{images} library {kind}"].double()) for kind in ("forward", "gradient")))
