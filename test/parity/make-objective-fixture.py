"""Losses, thresholds, weights and noises of training options as PyTorch computes them from the formulas
of kohya's sd-scripts and diffusers, in float64 from float32 inputs.

python test/parity/make-objective-fixture.py test/fixtures/noise/objectives.json
"""

import json
import sys

import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler

torch.manual_seed(0)
scheduler = DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
alpha_bars = scheduler.alphas_cumprod.double()
t = torch.tensor([0, 250, 999])
alpha_bar = alpha_bars[t]
snr = alpha_bar / (1 - alpha_bar)
C = 0.1

latents, noise, prediction = (torch.randn(3, 2, 4, 4) for _ in range(3))
offset, perturbation = torch.randn(3, 2, 1, 1), torch.randn(3, 2, 4, 4)
pixel_mask = torch.rand(3, 1, 16, 16)
mask = F.interpolate(pixel_mask, size=(4, 4), mode="area")
target = noise.double()

thresholds = {
    "constant": torch.full((3,), C, dtype=torch.float64),
    "exponential": torch.exp(-(-torch.log(torch.tensor(C, dtype=torch.float64)) / 1000) * t),
    "snr": (1 - C) / (1 + ((1 - alpha_bar) / alpha_bar) ** 0.5) ** 2 + C,
}


def errors(kind, d, delta):
    if kind == "mse":
        return d**2
    if kind == "l1":
        return d.abs()
    excess = torch.sqrt(d**2 + delta**2) - delta
    return 2 * delta * excess if kind == "huber" else 2 * excess


def case(kind, schedule, masked):
    p = prediction.double().requires_grad_()
    delta = thresholds[schedule].view(-1, 1, 1, 1)
    e = errors(kind, p - target, delta)
    if masked:
        e = e * mask.double()
    loss = e.mean()
    loss.backward()
    return {
        "kind": kind,
        "schedule": schedule,
        "masked": masked,
        "loss": loss.item(),
        "perSample": e.mean([1, 2, 3]).tolist(),
        "gradient": p.grad.flatten().tolist(),
    }


cases = [
    case(kind, schedule, masked)
    for kind, schedule, masked in [
        ("mse", "snr", False),
        ("mse", "snr", True),
        ("l1", "snr", False),
        ("l1", "snr", True),
        *[(k, s, s == "snr") for k in ("huber", "smooth_l1") for s in thresholds],
    ]
]


def offset_noise(strength, adaptive):
    level = latents.mean(dim=(2, 3), keepdim=True).abs()
    return noise + torch.clamp(strength + adaptive * level, 0.0, None) * offset


# A prior of weight 0.5: rows 0 and 1 are instance pictures, row 2 is a class picture.
weighted = F.mse_loss(prediction[:2], noise[:2]) + 0.5 * F.mse_loss(prediction[2:], noise[2:])

capped = torch.clamp(snr, max=1000)
json.dump(
    {
        "timesteps": t.tolist(),
        "c": C,
        **{
            name: tensor.flatten().tolist()
            for name, tensor in {
                "latents": latents,
                "noise": noise,
                "prediction": prediction,
                "offset": offset,
                "perturbation": perturbation,
                "pixelMask": pixel_mask,
                "mask": mask,
            }.items()
        },
        "thresholds": {name: value.tolist() for name, value in thresholds.items()},
        "cases": cases,
        "prior": weighted.item(),
        "weights": {
            "debiased epsilon": (1 / capped.sqrt()).tolist(),
            "debiased v_prediction": (1 / (capped + 1)).tolist(),
            "p2 epsilon": ((1 + snr) ** -0.5).tolist(),
        },
        "offsetNoise": offset_noise(0.1, 0.0).flatten().tolist(),
        "adaptiveNoise": offset_noise(0.1, -0.4).flatten().tolist(),
        "noisy": scheduler.add_noise(latents, noise + 0.1 * perturbation, t).flatten().tolist(),
    },
    open(sys.argv[1], "w"),
)
