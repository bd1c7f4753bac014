"""Writes test/fixtures/lora/decomposed.safetensors: LoRA, LoHa and LoKr with DoRA magnitudes per output and
per input, as LyCORIS and OneTrainer train them, on a matrix and on a convolution.

Run from the repository root with a Python that has numpy and safetensors:
    python test/parity/make-decomposed-fixture.py

`<layer>.weight`, `<layer>.<part>` and `<layer>.<direction>.dora_scale` are what files hold;
`<layer>.<method>.<direction>` is the merged weight, in double precision from
W' = m * (W + dW) / |W + dW| (Liu et al. 2024), the length over all but the first axis (output) or over all
but the second (input).
"""

import numpy as np
from safetensors.numpy import save_file

RANK, ALPHA = 2, 3.0
rng = np.random.default_rng(5)
tensors = {}


def draw(name, *shape):
    value = rng.normal(size=shape).astype(np.float32)
    tensors[name] = value
    return value.astype(np.float64)


def decomposed(weight, magnitude, kept):
    axes = tuple(axis for axis in range(weight.ndim) if axis != kept)
    return magnitude * weight / np.sqrt((weight**2).sum(axis=axes, keepdims=True))


for layer, shape in {"linear": (8, 12), "conv": (8, 4, 3, 3)}.items():
    out, inner, *kernel = shape
    size = int(np.prod(kernel))
    weight = draw(f"{layer}.weight", *shape)
    down = draw(f"{layer}.lora_down.weight", RANK, inner, *kernel)
    up = draw(f"{layer}.lora_up.weight", out, RANK, *[1 for _ in kernel])
    pairs = [
        draw(f"{layer}.hada_w1_a", out, RANK) @ draw(f"{layer}.hada_w1_b", RANK, inner * size),
        draw(f"{layer}.hada_w2_a", out, RANK) @ draw(f"{layer}.hada_w2_b", RANK, inner * size),
    ]
    first = draw(f"{layer}.lokr_w1", 2, 2)
    second = draw(f"{layer}.lokr_w2_a", out // 2, RANK) @ draw(f"{layer}.lokr_w2_b", RANK, inner // 2 * size)
    second = second.reshape(out // 2, inner // 2, *kernel)
    changes = {
        "lora": (up.reshape(out, RANK) @ down.reshape(RANK, -1)).reshape(shape),
        "loha": (pairs[0] * pairs[1]).reshape(shape),
        "lokr": np.kron(first.reshape(2, 2, *[1 for _ in kernel]), second),
    }
    for direction, kept in {"per-output": 0, "per-input": 1}.items():
        extents = [extent if axis == kept else 1 for axis, extent in enumerate(shape)]
        magnitude = draw(f"{layer}.{direction}.dora_scale", *extents)
        for method, change in changes.items():
            merged = decomposed(weight + change * ALPHA / RANK, magnitude, kept)
            tensors[f"{layer}.{method}.{direction}"] = merged.astype(np.float32)

save_file(tensors, "test/fixtures/lora/decomposed.safetensors")
