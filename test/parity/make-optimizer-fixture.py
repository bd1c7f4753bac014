"""Steps of reference optimizers, averages and learning rates, for the tests of Atelier's.

Needs torch, diffusers, transformers, prodigyopt, lion-pytorch and bitsandbytes.
Usage: python test/parity/make-optimizer-fixture.py
"""

import json
from pathlib import Path

import bitsandbytes
import torch
from diffusers.optimization import get_scheduler
from diffusers.training_utils import EMAModel
from lion_pytorch import Lion
from prodigyopt import Prodigy
from transformers.optimization import Adafactor as TransformersAdafactor
from transformers.optimization import get_scheduler as get_transformers_scheduler

FOLDER = Path(__file__).parent.parent / "fixtures" / "optimizers"
STEPS = 8
STORED = (1, 2, 4, 8)


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.flatten().tolist()]


def stored(tensor):
    return {"shape": list(tensor.shape), "data": numbers(tensor)}


def problem():
    """mean((A·p + q − Y)²) + mean((B·rᵀ − Z)²): a matrix, a vector and a stack of matrices."""
    generator = torch.Generator().manual_seed(4)
    shapes = {"A": (11, 7), "Y": (11, 5), "B": (9, 12), "Z": (9, 2)}
    inputs = {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}
    shapes = {"p": (7, 5), "q": (5,), "r": (2, 3, 2, 2)}
    values = {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}
    return inputs, values


def loss_of(inputs, values):
    first = inputs["A"] @ values["p"] + values["q"] - inputs["Y"]
    second = inputs["B"] @ values["r"].reshape(2, 12).T - inputs["Z"]
    return first.square().mean() + second.square().mean()


def trajectory(create, rates):
    inputs, start = problem()
    values = {name: torch.nn.Parameter(value.clone()) for name, value in start.items()}
    optimizer = create(list(values.values()))
    steps = {}
    for step in range(1, STEPS + 1):
        for group in optimizer.param_groups:
            if rates is not None:
                group["lr"] = rates[step - 1]
        optimizer.zero_grad()
        loss_of(inputs, values).backward()
        optimizer.step()
        if step in STORED:
            steps[step] = {name: numbers(value.detach()) for name, value in values.items()}
    result = {"rates": rates or [0] * STEPS, "steps": steps}
    if isinstance(optimizer, Prodigy):
        result["d"] = float(optimizer.param_groups[0]["d"])
    return result


class MuonAndAdamW:
    """torch.optim.Muon on matrices, kernels of convolutions as matrices, and AdamW on the rest.

    PyTorch iterates in bfloat16, which is two digits; in float32 the same lines are the reference.
    """

    def __init__(self, parameters, weight_decay=0.1, betas=(0.9, 0.999), **options):
        matrices = [p for p in parameters if p.ndim > 1]
        self.views = [(p, torch.nn.Parameter(p.detach().flatten(1))) for p in matrices]
        self.muon = torch.optim.Muon(
            [view for _, view in self.views], weight_decay=weight_decay, **options
        )
        self.adamw = torch.optim.AdamW(
            [p for p in parameters if p.ndim == 1], weight_decay=weight_decay, betas=betas
        )
        self.param_groups = self.muon.param_groups + self.adamw.param_groups

    def zero_grad(self):
        self.adamw.zero_grad()
        for p, view in self.views:
            p.grad = None

    def step(self):
        for p, view in self.views:
            view.grad = p.grad.flatten(1)
        to_half = torch.Tensor.bfloat16
        torch.Tensor.bfloat16 = lambda tensor: tensor.clone()
        try:
            self.muon.step()
        finally:
            torch.Tensor.bfloat16 = to_half
        self.adamw.step()


def optimizers():
    flat = [0.01] * STEPS
    rising = [0, 0.25, 0.5, 0.75, 1, 1, 1, 1]
    falling = [0.02, 0.015, 0.01, 0.008, 0.006, 0.004, 0.002, 0]
    factored = dict(scale_parameter=False, relative_step=False)
    cases = {
        "lion": (lambda p: Lion(p, lr=0.01), flat),
        "lion with decay": (lambda p: Lion(p, betas=(0.95, 0.98), weight_decay=0.3), falling),
        "adafactor": (lambda p: TransformersAdafactor(p, lr=0.01, **factored), flat),
        "adafactor with all": (
            lambda p: TransformersAdafactor(
                p, lr=0.01, beta1=0.9, weight_decay=0.1, clip_threshold=0.5, decay_rate=-0.6,
                scale_parameter=True, relative_step=False,
            ),
            falling,
        ),
        "adafactor relative": (lambda p: TransformersAdafactor(p), None),
        "adafactor relative, warming up": (
            lambda p: TransformersAdafactor(p, warmup_init=True),
            None,
        ),
        "torch adafactor": (lambda p: torch.optim.Adafactor(p, lr=0.01), flat),
        "torch adafactor with all": (
            lambda p: torch.optim.Adafactor(p, weight_decay=0.3, d=1.05, beta2_decay=-0.6),
            [0.5] * STEPS,
        ),
        "muon": (lambda p: MuonAndAdamW(p, adjust_lr_fn="match_rms_adamw"), flat),
        "muon with all": (
            lambda p: MuonAndAdamW(
                p, weight_decay=0.3, momentum=0.8, nesterov=False, ns_steps=3, betas=(0.8, 0.95),
                adjust_lr_fn="original",
            ),
            falling,
        ),
        "prodigy": (lambda p: Prodigy(p, d0=1e-3), [1.0] * STEPS),
        "prodigy from the usual d": (lambda p: Prodigy(p), [1.0] * STEPS),
        "prodigy warming up": (
            lambda p: Prodigy(
                p, d0=1e-2, use_bias_correction=True, safeguard_warmup=True, weight_decay=0.1,
            ),
            rising,
        ),
        "prodigy without safeguard": (
            lambda p: Prodigy(p, d0=1e-2, use_bias_correction=True, betas=(0.8, 0.99)),
            rising,
        ),
        "prodigy with all": (
            lambda p: Prodigy(
                p, d0=1e-2, weight_decay=0.2, decouple=False, d_coef=2, growth_rate=1.3,
                betas=(0.9, 0.95), beta3=0.9, eps=1e-6,
            ),
            [1.0] * STEPS,
        ),
    }
    inputs, start = problem()
    return {
        "inputs": {name: stored(value) for name, value in inputs.items()},
        "start": {name: stored(value) for name, value in start.items()},
        "cases": {name: trajectory(*case) for name, case in cases.items()},
    }


def averages():
    cases = {
        "linear": dict(),
        "power": dict(use_ema_warmup=True, inv_gamma=2.0, power=0.75, decay=0.6),
        "late": dict(update_after_step=2, min_decay=0.3, decay=0.9),
    }
    result = {}
    for name, options in cases.items():
        parameter = torch.nn.Parameter(torch.tensor([1.0, -0.1, 3e-4]))
        average = EMAModel([parameter], **options)
        steps = []
        for step in range(1, 7):
            with torch.no_grad():
                parameter.mul_(1.3).add_(0.07 * step)
            average.step([parameter])
            steps.append(
                {
                    "values": [float(v) for v in parameter.detach()],
                    "decay": average.cur_decay_value,
                    "average": [float(v) for v in average.shadow_params[0]],
                }
            )
        result[name] = {"options": options, "start": [1.0, -0.1, float(torch.tensor(3e-4))], "steps": steps}
    return result


def schedules():
    """Rates by step; the first entry is the rate of the first step."""
    cases = [
        ("diffusers", dict(name="cosine_with_restarts", num_cycles=3), 20, 2, 1e-4),
        ("diffusers", dict(name="cosine_with_restarts", num_cycles=1), 9, 0, 1e-3),
        ("diffusers", dict(name="polynomial", power=2.0), 12, 3, 1e-3),
        ("diffusers", dict(name="linear"), 10, 4, 2e-4),
        ("diffusers", dict(name="cosine"), 11, 1, 1e-4),
        ("diffusers", dict(name="constant_with_warmup"), 6, 3, 1e-4),
        (
            "transformers",
            dict(name="cosine_with_min_lr", scheduler_specific_kwargs={"min_lr_rate": 0.1}),
            12, 3, 1e-3,
        ),
    ]
    result = []
    for source, options, steps, warmup, rate in cases:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
        create = get_scheduler if source == "diffusers" else get_transformers_scheduler
        schedule = create(
            **options, optimizer=optimizer, num_warmup_steps=warmup, num_training_steps=steps
        )
        rates = []
        for _ in range(steps):
            rates.append(schedule.get_last_lr()[0])
            optimizer.step()
            schedule.step()
        result.append(
            {
                "source": source, "options": options, "steps": steps, "warmupSteps": warmup,
                "learningRate": rate, "rates": rates,
            }
        )
    return result


def distillation(create):
    """300 steps in which a small network learns another one; weights before and after."""
    generator = torch.Generator().manual_seed(7)

    def draw(*shape):
        return torch.randn(*shape, generator=generator)

    def network(x, first, second):
        return torch.nn.functional.silu(x @ first.T) @ second.T

    teacher = [draw(128, 32) * 0.2, draw(64, 128) * 0.2]
    weights = [torch.nn.Parameter(draw(*w.shape) * 0.1) for w in teacher]
    start = torch.cat([w.detach().flatten() for w in weights]).clone()
    optimizer = create(weights)
    losses = []
    for _ in range(300):
        x = draw(64, 32)
        loss = (network(x, *weights) - network(x, *teacher)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, start, torch.cat([w.detach().flatten() for w in weights])


def eight_bit():
    """How far bitsandbytes' 8-bit AdamW ends from AdamW, as a share of the way that AdamW went."""
    options = dict(lr=1e-2, weight_decay=1e-2)
    losses, start, end = distillation(lambda p: torch.optim.AdamW(p, **options))
    _, _, other = distillation(lambda p: bitsandbytes.optim.AdamW8bit(p, **options))
    return {
        "losses": {str(step): losses[step - 1] for step in (1, 10, 100, 300)},
        "bitsandbytesDistance": float((other - end).norm() / (end - start).norm()),
    }


FOLDER.mkdir(parents=True, exist_ok=True)
for name, content in [
    ("trajectories", optimizers()), ("averages", averages()), ("schedules", schedules()),
    ("eight-bit", eight_bit()),
]:
    (FOLDER / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
