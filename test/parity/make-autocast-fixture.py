"""Writes fixtures under mixed precision: a block of a UNet with its gradients, and 20 steps of its training with
PyTorch's GradScaler, into test/fixtures/training/mixed-precision.json; and the model fixtures of a UNet and of FLUX.1
in test/fixtures/models, computed again.

PyTorch has no kernels of CUDA without a GPU, but its lists: autocast of the processor takes float16 for the same
products, and what CUDA's list has in float32 is cast before it is called.

Run from the repository root with a Python that has torch, diffusers and safetensors:
    python test/parity/make-autocast-fixture.py
"""

import json
import re
from contextlib import ExitStack, nullcontext
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import FluxTransformer2DModel, UNet2DConditionModel
from safetensors import safe_open
from safetensors.torch import save_file
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map

ROOT = "test/fixtures/models"
# Gradients of so few pixels would vanish in float16 without it.
LOSS_SCALE = 1024.0


def float32_functions():
    header = Path(torch.__file__).parent / "include/ATen/autocast_mode.h"
    lists = re.findall(r"#define AT_FORALL_FP32\w*\(_\)(.*?)\n\n", header.read_text(), re.DOTALL)
    return {name for each in lists for name in re.findall(r"_\((\w+)", each)}


class CudaLists(TorchFunctionMode):
    """Casts what autocast for CUDA computes in float32."""

    names = float32_functions()

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function.__name__ in self.names:
            args, kwargs = tree_map(self.widen, (args, kwargs or {}))
        return function(*args, **(kwargs or {}))

    @staticmethod
    def widen(value):
        is_half = isinstance(value, torch.Tensor) and value.dtype == torch.float16
        return value.float() if is_half else value


def autocast():
    # One kernel of attention rounds probabilities, another does not; this one rounds nothing but its result.
    stack = ExitStack()
    stack.enter_context(torch.autocast("cpu", dtype=torch.float16))
    stack.enter_context(CudaLists())
    stack.enter_context(sdpa_kernel(SDPBackend.MATH))
    return stack


def write_model(name, target, model_class):
    with safe_open(f"{ROOT}/{name}.safetensors", "pt") as file:
        config = json.loads(file.metadata()["config"])
        tensors = {key: file.get_tensor(key) for key in file.keys()}
    model = model_class.from_config(config)
    weights = {key[2:]: value for key, value in tensors.items() if key.startswith("w.")}
    model.load_state_dict(weights, strict=False)
    inputs = {key[3:]: value for key, value in tensors.items() if key.startswith("in.")}
    with autocast():
        out = model(**inputs).sample
        loss = F.mse_loss(out, tensors["target"])
    (loss * LOSS_SCALE).backward()
    tensors |= {"out.out": out.detach().float(), "loss": loss.detach().reshape(1)}
    for key, weight in model.named_parameters():
        tensors[f"grad.{key}"] = weight.grad / LOSS_SCALE
    worst = max(
        ((tensors[key] - value).abs().max() / value.abs().max().clamp(min=1e-3)).item()
        for key, value in before(name).items()
    )
    print(f"{target}: up to {worst:.1e} of the largest from float32")
    tensors = {key: value.contiguous() for key, value in tensors.items()}
    metadata = {"config": json.dumps(config), "mixed_precision": "fp16", "loss_scale": str(LOSS_SCALE)}
    save_file(tensors, f"{ROOT}/{target}.safetensors", metadata)


def before(name):
    with safe_open(f"{ROOT}/{name}.safetensors", "pt") as file:
        return {k: file.get_tensor(k) for k in file.keys() if k.startswith(("grad.", "out."))}


class Block(torch.nn.Module):
    """A residual block and a transformer block with self-attention and GEGLU."""

    def __init__(self, width=8):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(width, width, 3, padding=1)
        self.norm1 = torch.nn.GroupNorm(2, width)
        self.conv2 = torch.nn.Conv2d(width, width, 3, padding=1)
        self.norm2 = torch.nn.LayerNorm(width)
        self.to_q, self.to_k, self.to_v = (torch.nn.Linear(width, width, bias=False) for _ in "qkv")
        self.to_out = torch.nn.Linear(width, width)
        self.norm3 = torch.nn.LayerNorm(width)
        self.proj = torch.nn.Linear(width, 8 * width)
        self.out = torch.nn.Linear(4 * width, width)

    def forward(self, x):
        h = self.conv1(x)
        h = h + self.conv2(F.silu(self.norm1(h)))
        h = h.flatten(2).transpose(1, 2)
        n = self.norm2(h)
        q, k, v = (f(n).unflatten(2, (2, -1)).transpose(1, 2) for f in (self.to_q, self.to_k, self.to_v))
        h = h + self.to_out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        hidden, gate = self.proj(self.norm3(h)).chunk(2, dim=-1)
        return h + self.out(hidden * F.gelu(gate))


def short(shape, generator, size=1.0):
    """Random numbers that are short to write."""
    return (torch.randn(shape, generator=generator) * size * 256).round() / 256


def numbers(named):
    return {
        name: {"shape": list(t.shape), "data": [float(f"{v:.9g}") for v in t.float().flatten().tolist()]}
        for name, t in named.items()
    }


def write_block():
    generator = torch.Generator().manual_seed(5)
    block = Block()
    for name, weight in block.named_parameters():
        is_norm = "norm" in name and name.endswith("weight")
        weight.data = short(weight.shape, generator, 0.3) + (1.0 if is_norm else 0.0)
    x, target = short((2, 8, 6, 6), generator), short((2, 36, 8), generator)
    initial = {name: weight.detach().clone() for name, weight in block.named_parameters()}

    def forward(half):
        with autocast() if half else nullcontext():
            out = block(x)
            return out, F.mse_loss(out, target)

    out, loss = forward(half=True)
    (loss * LOSS_SCALE).backward()
    gradients = {name: weight.grad / LOSS_SCALE for name, weight in block.named_parameters()}
    results = {"out": out.detach(), "loss": loss.detach()}
    fixture = {
        "inputs": numbers({"x": x, "target": target}),
        "weights": numbers(initial),
        "lossScale": LOSS_SCALE,
        "results": numbers(results),
        "gradients": numbers(gradients),
        "settings": SETTINGS,
    }
    for half in (True, False):
        block.load_state_dict(initial)
        fixture["half" if half else "full"] = trajectory(block, half, forward)
    folder = Path("test/fixtures/training")
    (folder / "mixed-precision.json").write_text(json.dumps(fixture) + "\n")
    print(fixture["half"], fixture["full"])


# A first scale that overflows, and a growth that overflows again.
SETTINGS = {"steps": 20, "lr": 1e-2, "initial": 2.0**22, "growthInterval": 4}


def trajectory(block, half, forward):
    """Losses and scales; a step whose gradients overflow is taken again at the smaller scale."""
    optimizer = torch.optim.AdamW(block.parameters(), lr=SETTINGS["lr"])
    scaler = torch.amp.GradScaler(
        "cpu",
        init_scale=SETTINGS["initial"],
        growth_interval=SETTINGS["growthInterval"],
        enabled=half,
    )
    losses, scales = [], []
    while len(losses) < SETTINGS["steps"]:
        optimizer.zero_grad()
        loss = forward(half)[1]
        scale = scaler.get_scale()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        if half and scaler.get_scale() < scale:
            continue
        losses.append(loss.item())
        scales.append(scale)
    return {"losses": losses, "scales": scales}


if __name__ == "__main__":
    print(f"in float32: {' '.join(sorted(CudaLists.names))}")
    write_block()
    write_model("unet_sd1_tiny", "unet_sd1_half_tiny", UNet2DConditionModel)
    write_model("flux_dev_odd_tiny", "flux_dev_odd_half_tiny", FluxTransformer2DModel)
