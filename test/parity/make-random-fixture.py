"""Writes test/fixtures/random/torch-generator.json: draws of PyTorch's CPU generator.

Run from the repository root with a Python that has torch:
    python test/parity/make-random-fixture.py
Each case is a seed and a sequence of draws from one generator; long draws keep chosen indices.
"""

import json
import random

import torch

SEEDS = [0, 42, -1, -5, 2**32 + 7, 2**63, 2**64 - 1]
SIZES = [0, 1, 2, 5, 15, 16, 17, 31, 33, 100]


def keep(op, count, values, **bounds):
    indices = range(count) if count <= 20 else [0, 1, count // 2, *range(count - 17, count)]
    return {"op": op, "count": count, **bounds, "at": list(indices), "values": [values[i] for i in indices]}


def draw(choice, g):
    op, n = choice.choice(["randn", "rand", "uniform", "randint", "randperm"]), choice.choice(SIZES)
    if op == "randn":
        return keep(op, n, torch.randn(n, generator=g).tolist())
    if op == "rand":
        return keep(op, n, torch.rand(n, generator=g).tolist())
    if op == "randperm":
        return keep(op, n, torch.randperm(n, generator=g).tolist())
    if op == "uniform":
        low, high = choice.choice([(-1, 1), (-0.3, 0.7), (0.1, 0.3), (-1e-3, 1.7)])
        return keep(op, n, torch.empty(n).uniform_(low, high, generator=g).tolist(), low=low, high=high)
    ranges = [(0, 1000), (-7, 9), (0, 2**28 - 1), (0, 2**28), (0, 2**32), (-(2**40), 2**41), (0, 2**53 - 1)]
    low, high = choice.choice(ranges)
    return keep(op, n, torch.randint(low, high, (n,), generator=g).tolist(), low=low, high=high)


def cases():
    for n in [*SIZES, 4096, 4099]:
        g = torch.Generator().manual_seed(1)
        yield {"seed": "1", "draws": [keep("randn", n, torch.randn(n, generator=g).tolist())]}
    choice = random.Random(0)
    for seed in SEEDS:
        g = torch.Generator().manual_seed(seed)
        yield {"seed": str(seed), "draws": [draw(choice, g) for _ in range(20)]}


with open("test/fixtures/random/torch-generator.json", "w") as file:
    json.dump({"torch": torch.__version__, "cases": list(cases())}, file)
    file.write("\n")
