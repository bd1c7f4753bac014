"""Writes fixtures of the transformers of SD 3, SD 3.5 and FLUX.1 into test/fixtures/models, laid out like the
others there: pictures that are not square, tables of positions larger than the picture by an odd number of tokens,
other channels out than in, a second attention in a block that is not the first.

Run from the repository root with a Python that has torch, diffusers and safetensors:
    python test/parity/make-transformer-fixture.py
"""

import json

import torch
from diffusers import FluxTransformer2DModel, SD3Transformer2DModel
from safetensors.torch import save_file

ROOT = "test/fixtures/models"


def randomize(model):
    """Weights of a size that lets every layer matter; those of norms near one, not exactly."""
    generator = torch.Generator().manual_seed(1)
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        is_norm = weight.dim() == 1 and name.endswith(".weight")
        weight.data = noise / (10 if weight.dim() == 1 else weight[0].numel()) ** 0.5 + is_norm
    return model


def save(name, model, inputs):
    config = {key: value for key, value in model.config.items() if key != "_use_default_values"}
    out = randomize(model)(**inputs).sample
    target = torch.randn(out.shape, generator=torch.Generator().manual_seed(99))
    loss = torch.nn.functional.mse_loss(out, target)
    loss.backward()
    tensors = {f"in.{key}": value for key, value in inputs.items()}
    tensors |= {"out.out": out.detach(), "target": target, "loss": loss.detach().reshape(1)}
    tensors |= {f"w.{key}": value for key, value in model.named_buffers()}
    for key, weight in model.named_parameters():
        tensors |= {f"w.{key}": weight.detach(), f"grad.{key}": weight.grad}
    tensors = {key: value.contiguous() for key, value in tensors.items()}
    config = {"_class_name": type(model).__name__} | config
    save_file(tensors, f"{ROOT}/{name}.safetensors", {"config": json.dumps(config)})


def mmdit(name, **changes):
    config = {
        "sample_size": 8,
        "in_channels": 3,
        "num_layers": 3,
        "attention_head_dim": 4,
        "num_attention_heads": 2,
        "joint_attention_dim": 6,
        "caption_projection_dim": 8,
        "pooled_projection_dim": 5,
        "out_channels": 2,
        "pos_embed_max_size": 6,
    } | changes
    patch = config.get("patch_size", 2)
    generator = torch.Generator().manual_seed(0)
    inputs = {
        "hidden_states": torch.randn(2, 3, 3 * patch, 4 * patch, generator=generator),
        "timestep": torch.tensor([12.5, 977.0]),
        "encoder_hidden_states": torch.randn(2, 5, 6, generator=generator),
        "pooled_projections": torch.randn(2, 5, generator=generator),
    }
    save(name, SD3Transformer2DModel(**config), inputs)


def flux(name, **changes):
    config = {
        "in_channels": 8,
        "num_layers": 1,
        "num_single_layers": 2,
        "attention_head_dim": 8,
        "num_attention_heads": 1,
        "joint_attention_dim": 6,
        "pooled_projection_dim": 5,
        "axes_dims_rope": [2, 4, 2],
    } | changes
    generator = torch.Generator().manual_seed(0)
    rows, columns = 2, 5
    ids = torch.zeros(rows, columns, 3)
    ids[..., 1] += torch.arange(rows)[:, None]
    ids[..., 2] += torch.arange(columns)
    inputs = {
        "hidden_states": torch.randn(2, rows * columns, 8, generator=generator),
        "timestep": torch.tensor([0.0125, 0.977]),
        "encoder_hidden_states": torch.randn(2, 4, 6, generator=generator),
        "pooled_projections": torch.randn(2, 5, generator=generator),
        "img_ids": ids.reshape(-1, 3),
        "txt_ids": torch.zeros(4, 3),
    }
    if config.get("guidance_embeds"):
        inputs["guidance"] = torch.tensor([1.0, 3.5])
    save(name, FluxTransformer2DModel(**config), inputs)


torch.set_num_threads(1)
mmdit("sd3_odd_tiny", patch_size=1, sample_size=6)
mmdit("sd35_odd_tiny", dual_attention_layers=[1], qk_norm="rms_norm")
flux("flux_dev_odd_tiny", guidance_embeds=True, out_channels=4)
flux("flux_schnell_odd_tiny", num_layers=2)
