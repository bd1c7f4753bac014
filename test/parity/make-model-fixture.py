"""Writes model fixtures of our own into test/fixtures/models, laid out like the others there: odd
sizes and options that those leave at their defaults, and gradients of a text encoder.

Run from the repository root with a Python that has torch, diffusers, transformers and safetensors:
    python test/parity/make-model-fixture.py
"""

import json

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

ROOT = "test/fixtures/models"


def randomize(model):
    """Weights of a size that lets every layer matter; norms near one, not exactly."""
    generator = torch.Generator().manual_seed(1)
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        fan_in = weight[0].numel() if weight.dim() > 1 else 10
        weight.data = noise / fan_in**0.5 + (1.0 if "norm" in name and "weight" in name else 0.0)
    return model


def save(name, model, config, inputs, outputs):
    first = next(iter(outputs.values()))
    target = torch.randn(first.shape, generator=torch.Generator().manual_seed(99))
    loss = torch.nn.functional.mse_loss(first, target)
    loss.backward()
    tensors = {f"in.{key}": value for key, value in inputs.items()}
    tensors |= {f"out.{key}": value.detach() for key, value in outputs.items()}
    tensors |= {"target": target, "loss": loss.detach().reshape(1)}
    for key, weight in model.named_parameters():
        tensors[f"w.{key}"] = weight.detach()
        if weight.grad is not None:
            tensors[f"grad.{key}"] = weight.grad
    tensors = {key: value.contiguous() for key, value in tensors.items()}
    save_file(tensors, f"{ROOT}/{name}.safetensors", {"config": json.dumps(config)})


def unet_odd():
    config = {
        "sample_size": 9,
        "block_out_channels": [4, 8, 12],
        "layers_per_block": [1, 2, 1],
        "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D"],
        "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D", "CrossAttnUpBlock2D"],
        "transformer_layers_per_block": [1, 1, 2],
        "attention_head_dim": [1, 2, 3],
        "cross_attention_dim": 6,
        "norm_num_groups": 2,
        "norm_eps": 1e-4,
        "use_linear_projection": True,
        "flip_sin_to_cos": False,
        "freq_shift": 1,
        "time_embedding_dim": 10,
    }
    model = randomize(UNet2DConditionModel(**config))
    generator = torch.Generator().manual_seed(0)
    inputs = {
        "sample": torch.randn(2, 4, 9, 7, generator=generator),
        "timestep": torch.tensor([3, 977]),
        "encoder_hidden_states": torch.randn(2, 5, 6, generator=generator),
    }
    save("unet_odd_tiny", model, config, inputs, {"out": model(**inputs).sample})


def vae_plain():
    config = {
        "block_out_channels": [2, 4, 4],
        "down_block_types": ["DownEncoderBlock2D"] * 3,
        "up_block_types": ["UpDecoderBlock2D"] * 3,
        "layers_per_block": 2,
        "latent_channels": 3,
        "norm_num_groups": 2,
        "mid_block_add_attention": False,
        "use_post_quant_conv": False,
    }
    model = randomize(AutoencoderKL(**config))
    generator = torch.Generator().manual_seed(0)
    # The last row and column of the picture and of its first halving have no partner.
    image = torch.randn(2, 3, 19, 14, generator=generator)
    eps = torch.randn(2, 3, 4, 3, generator=generator)
    posterior = model.encode(image).latent_dist
    decoded = model.decode(posterior.mean + posterior.std * eps).sample
    outputs = {"decoded": decoded, "mean": posterior.mean, "logvar": posterior.logvar}
    save("vae_plain_tiny", model, config, {"image": image, "eps": eps}, outputs)


def clip_gradients():
    config = {
        "vocab_size": 60,
        "hidden_size": 16,
        "intermediate_size": 24,
        "projection_dim": 8,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 12,
        "hidden_act": "quick_gelu",
        "bos_token_id": 57,
        "eos_token_id": 58,
    }
    model = randomize(CLIPTextModelWithProjection(CLIPTextConfig(**config)))
    # Fewer tokens than positions, repeated words, two ends, and an id (59) above the end's.
    ids = torch.tensor([[57, 4, 9, 4, 59, 58, 58, 58], [57, 30, 31, 32, 33, 34, 9, 58]])
    out = model(ids, output_hidden_states=True)
    outputs = {
        "last_hidden_state": out.last_hidden_state,
        "penultimate": out.hidden_states[-2],
        "text_embeds": out.text_embeds,
    }
    save("clip_gradients_tiny", model, config, {"input_ids": ids}, outputs)


unet_odd()
vae_plain()
clip_gradients()
