"""Writes test/fixtures/safetensors: files of the official writer and float conversions of PyTorch.

Run from the repository root with a Python that has torch and safetensors:
    python test/parity/make-safetensors-fixture.py
"""

import torch
from safetensors.torch import save_file

ROOT = "test/fixtures/safetensors"
DTYPES = """uint64 int64 float64 complex64 float32 uint32 int32 bfloat16 float16 uint16 int16
    float8_e5m2fnuz float8_e4m3fnuz float8_e8m0fnu float8_e4m3fn float8_e5m2 int8 uint8
    float4_e2m1fn_x2""".split()
FLOAT8 = {
    "f8_e4m3": torch.float8_e4m3fn,
    "f8_e5m2": torch.float8_e5m2,
    "f8_e4m3fnuz": torch.float8_e4m3fnuz,
    "f8_e5m2fnuz": torch.float8_e5m2fnuz,
    "f8_e8m0": torch.float8_e8m0fnu,
}


def all_dtypes():
    pattern = torch.arange(48, dtype=torch.uint8)
    tensors = {f"b.{name}": pattern.clone().view(getattr(torch, name)).reshape(2, -1) for name in DTYPES}
    tensors["b.bool"] = torch.tensor([[True, False], [False, True]])
    # Names that sort differently by UTF-16 units than by UTF-8 bytes, and one to be escaped.
    tensors |= {"\uFFFD": torch.zeros(1), "\U0001F600": torch.ones(0, 3), 'é\n\x01"/': torch.tensor(2.5)}
    save_file(tensors, f"{ROOT}/all-dtypes.safetensors", {"note": "\n\x1f☃"})


def values_to_narrow():
    g = torch.Generator().manual_seed(1)
    any_bits = torch.randint(0, 2**32, (2000,), generator=g).to(torch.uint32).view(torch.float32)
    any_bits = torch.where(torch.isnan(any_bits), torch.zeros_like(any_bits), any_bits)
    half = torch.randint(0, 0x7C00, (700,), generator=g).to(torch.uint16).view(torch.float16)
    ties = (half.float() + torch.nextafter(half, torch.tensor(float("inf")).half()).float()) / 2
    limits = torch.tensor(
        [0.0, -0.0, 65504, 65519.996, 65520, -65520, 1e10, 2**-24, 2**-25, 2**-25 * 1.0001, 2**-14]
        + [2**-14 - 2**-25, float("inf"), -float("inf"), 3.4e38, 1e-45, -1e-45]
    )
    small = torch.randn(700, generator=g) * 1e-5
    brain = torch.randint(0, 0x7F00, (700,), generator=g) * 65536 + 32768
    brain_ties = brain.to(torch.uint32).view(torch.float32)
    down, up = torch.tensor(0.0), torch.tensor(1e9)
    near = [torch.nextafter(ties, down), torch.nextafter(ties, up), torch.nextafter(brain_ties, down)]
    return torch.cat([any_bits, ties, *near, limits, small, -small, brain_ties])


def float_codec():
    codes = torch.arange(256, dtype=torch.int32).to(torch.uint8)
    tensors = {name: codes.clone() for name in FLOAT8}
    tensors |= {f"{name}.f32": codes.view(dtype).float() for name, dtype in FLOAT8.items()}
    values = values_to_narrow()
    tensors["values"] = values
    tensors["values.f16"] = values.half().view(torch.uint16)
    tensors["values.bf16"] = values.bfloat16().view(torch.uint16)
    save_file(tensors, f"{ROOT}/float-codec.safetensors", {"torch": torch.__version__})


all_dtypes()
float_codec()
