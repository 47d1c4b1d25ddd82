"""DiffPure's loop in DDPM form written plainly over a PyTorch network, for comparison."""
import torch


def purify(network, images, count=100):
    """Images [N,3,H,W] in [0,1]; one network call per step."""
    betas = torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)
    kept = torch.cumprod(1 - betas, 0)
    before = torch.cat([torch.ones(1, dtype=torch.float64), kept[:-1]])
    variances = betas * (1 - before) / (1 - kept)
    with torch.no_grad():
        x = images * 2 - 1
        x = float(kept[count - 1].sqrt()) * x + float((1 - kept[count - 1]).sqrt()) * torch.randn_like(x)
        for t in reversed(range(count)):
            eps = network(x, torch.full((len(x),), float(t)))
            clean = (x * float(kept[t].rsqrt()) - eps * float((1 / kept[t] - 1).sqrt())).clamp(-1, 1)
            x = clean * float(betas[t] * before[t].sqrt() / (1 - kept[t])) + x * float((1 - before[t]) * (1 - betas[t]).sqrt() / (1 - kept[t]))
            if t > 0:
                x = x + float(variances[t].sqrt()) * torch.randn_like(x)
        return (x + 1) / 2
