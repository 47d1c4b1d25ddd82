"""The U-Net of the measurements in plain PyTorch, for comparison: built from the very safetensors file that Limpid writes."""
import json
import math
import struct

import numpy
import torch
import torch.nn.functional as F


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            array = numpy.frombuffer(data[begin:end], dtype=numpy.float32).reshape(entry["shape"])
            tensors[name] = torch.nn.Parameter(torch.from_numpy(array.copy()), requires_grad=False)
    return tensors


class UNet:
    """Width, multipliers 1-2-2, two blocks a level, attention at half resolution with 4 heads, scale-shift norm."""

    def __init__(self, weights, width):
        self.w = weights
        self.width = width

    def conv(self, x, name, **options):
        return F.conv2d(x, self.w[name + ".weight"], self.w[name + ".bias"], **options)

    def norm(self, x, name):
        return F.group_norm(x, 32, self.w[name + ".weight"], self.w[name + ".bias"])

    def linear(self, x, name):
        return F.linear(x, self.w[name + ".weight"], self.w[name + ".bias"])

    def res(self, x, e, name):
        h = self.conv(F.silu(self.norm(x, name + ".in_layers.0")), name + ".in_layers.2", padding=1)
        scale, shift = self.linear(F.silu(e), name + ".emb_layers.1")[:, :, None, None].chunk(2, 1)
        h = F.silu(self.norm(h, name + ".out_layers.0") * (1 + scale) + shift)
        h = self.conv(h, name + ".out_layers.3", padding=1)
        if name + ".skip_connection.weight" in self.w:
            x = self.conv(x, name + ".skip_connection")
        return x + h

    def attention(self, x, name):
        n, c, height, width = x.shape
        flat = x.reshape(n, c, -1)
        qkv = F.conv1d(self.norm(flat, name + ".norm"), self.w[name + ".qkv.weight"], self.w[name + ".qkv.bias"])
        q, k, v = qkv.reshape(n * 4, 3 * c // 4, -1).chunk(3, 1)
        scale = 1 / math.sqrt(math.sqrt(c // 4))
        weights = torch.softmax(torch.bmm((q * scale).transpose(1, 2), k * scale), -1)
        a = torch.bmm(v, weights.transpose(1, 2)).reshape(n, c, -1)
        a = F.conv1d(a, self.w[name + ".proj_out.weight"], self.w[name + ".proj_out.bias"])
        return (flat + a).reshape(x.shape)

    def block(self, h, e, name):
        for k in range(3):
            part = f"{name}.{k}"
            if part + ".in_layers.0.weight" in self.w:
                h = self.res(h, e, part)
            elif part + ".qkv.weight" in self.w:
                h = self.attention(h, part)
            elif part + ".op.weight" in self.w:
                h = self.conv(h, part + ".op", stride=2, padding=1)
            elif part + ".conv.weight" in self.w:
                h = self.conv(F.interpolate(h, scale_factor=2, mode="nearest"), part + ".conv", padding=1)
            elif part + ".weight" in self.w:
                h = self.conv(h, part, padding=1)
        return h

    def __call__(self, x, t):
        half = self.width // 2
        frequencies = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32) / half)
        angles = t[:, None] * frequencies[None]
        e = torch.cat([angles.cos(), angles.sin()], 1)
        e = self.linear(F.silu(self.linear(e, "time_embed.0")), "time_embed.2")
        skips, h = [], x
        for k in range(9):
            h = self.block(h, e, f"input_blocks.{k}")
            skips.append(h)
        h = self.block(h, e, "middle_block")
        for k in range(9):
            h = self.block(torch.cat([h, skips.pop()], 1), e, f"output_blocks.{k}")
        return self.conv(F.silu(self.norm(h, "out.0")), "out.2", padding=1)
