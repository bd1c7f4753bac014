"""Tiny judges with random weights, and what transformers and PyTorch make of pictures and texts with them: a CLIP, a
DINOv2, and one with gated feed-forward layers and no biases of queries, keys and values. Laid out as `atelier verify`
reads them; all weights are numbers of float16, so that files compress.

The tokenizer is copied from a folder with vocab.json and merges.txt.

python test/parity/make-judge-fixture.py test/fixtures/verify/pipelines/sdxl/pipeline/tokenizer \
    test/fixtures/verify/judges
"""

import json
import os
import shutil
import sys

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import (
    BitImageProcessorPil,
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    CLIPTokenizer,
    Dinov2Config,
    Dinov2Model,
)

TEXTS = ["a photo of a cat", "two clocks", "an old red house beside a very old tree"]
# Height and width: far from square both ways, and smaller than what it becomes.
SIZES = {"wide": (45, 60), "tall": (91, 33), "small": (9, 12)}
source, target = sys.argv[1:]
torch.set_num_threads(1)


def pictures():
    """Slopes and noise, which show where a resampler rounds."""
    random = np.random.default_rng(0)
    shown = {}
    for name, (height, width) in SIZES.items():
        y, x = np.mgrid[0:height, 0:width]
        slopes = np.stack([x * 255 / width, y * 255 / height, (x + y) * 255 / (width + height)], 2)
        noise = random.integers(-60, 61, (height, width, 3))
        shown[name] = Image.fromarray(np.clip(slopes + noise, 0, 255).astype(np.uint8))
    return shown


def processed(processor):
    """Each picture as it is resized, cropped and normalised."""
    tensors = {}
    for name, picture in pictures().items():
        def stage(**off):
            done = processor(picture, do_rescale=False, do_normalize=False, return_tensors="np", **off)
            return torch.from_numpy(done["pixel_values"][0].transpose(1, 2, 0).astype(np.uint8))

        tensors[f"{name}.pixels"] = torch.from_numpy(np.array(picture))
        tensors[f"{name}.resized"] = stage(do_center_crop=False)
        tensors[f"{name}.cropped"] = stage()
        tensors[f"{name}.pixel_values"] = processor(picture, return_tensors="pt")["pixel_values"]
    return tensors


def randomize(model, seed):
    """Weights of a size that lets every layer matter; norms near one, not exactly."""
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        fan_in = weight[0].numel() if weight.dim() > 1 else 10
        is_scale = ("norm" in name and "weight" in name) or "lambda1" in name
        weight.data = (noise / fan_in**0.5 + (1.0 if is_scale else 0.0)).half().float()
    return model.eval()


def save(name, model, processor, tensors, expected):
    folder = f"{target}/{name}"
    model.save_pretrained(f"{folder}/model")
    processor.save_pretrained(f"{folder}/model")
    tensors = {key: value.detach().clone().contiguous() for key, value in tensors.items()}
    save_file(tensors, f"{folder}/tensors.safetensors")
    with open(f"{folder}/expected.json", "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


@torch.no_grad()
def clip():
    folder = f"{target}/clip/model"
    os.makedirs(folder, exist_ok=True)
    for file in os.listdir(source):
        shutil.copyfile(f"{source}/{file}", f"{folder}/{file}")
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": 8,
        "intermediate_size": 20,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "hidden_act": "gelu",
        "bos_token_id": tokenizer.bos_token_id,
        # As in the published configs; pooling then takes the place of the highest id.
        "eos_token_id": 2,
    }
    vision = {
        "hidden_size": 12,
        "intermediate_size": 20,
        "num_hidden_layers": 2,
        "num_attention_heads": 3,
        "image_size": 20,
        # Two rows and columns of pixels are left over.
        "patch_size": 6,
        "hidden_act": "quick_gelu",
    }
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=10)
    model = randomize(CLIPModel(config), 1)
    processor = CLIPImageProcessorPil(size={"shortest_edge": 22}, crop_size=20)
    tensors = processed(processor)
    tokens = tokenizer(TEXTS, padding="max_length", max_length=77, return_tensors="pt").input_ids
    pixels = torch.cat([tensors[f"{name}.pixel_values"] for name in SIZES])
    seen = model.vision_model(pixel_values=pixels)
    read = model.text_model(input_ids=tokens)
    out = model(input_ids=tokens, pixel_values=pixels)
    tensors |= {
        "tokens": tokens,
        "pixel_values": pixels,
        "vision.last_hidden_state": seen.last_hidden_state,
        "vision.pooler_output": seen.pooler_output,
        "vision.projected": model.visual_projection(seen.pooler_output),
        "text.pooler_output": read.pooler_output,
        "text.projected": model.text_projection(read.pooler_output),
        "image_embeds": out.image_embeds,
        "text_embeds": out.text_embeds,
        "cosine": out.image_embeds @ out.text_embeds.T,
        "logit_scale": model.logit_scale.exp().reshape(1),
        "logits_per_image": out.logits_per_image,
    }
    save("clip", model, processor, tensors, {"texts": TEXTS})


@torch.no_grad()
def dinov2(name, seed, **options):
    config = Dinov2Config(
        hidden_size=12,
        num_hidden_layers=2,
        num_attention_heads=3,
        mlp_ratio=3,
        image_size=20,
        patch_size=4,
        **options,
    )
    model = randomize(Dinov2Model(config), seed)
    processor = BitImageProcessorPil(
        size={"shortest_edge": 18},
        crop_size={"height": 16, "width": 16},
        image_mean=[0.485, 0.456, 0.406],
        image_std=[0.229, 0.224, 0.225],
    )
    tensors = processed(processor)
    generator = torch.Generator().manual_seed(seed)
    shown = {
        "photos": torch.cat([tensors[f"{name}.pixel_values"] for name in SIZES]),
        "native": torch.randn(1, 3, 20, 20, generator=generator),
        # More patches than the table has, of whole ones alone.
        "oblong": torch.randn(1, 3, 14, 31, generator=generator),
    }
    for size, pixels in shown.items():
        out = model(pixels)
        tensors |= {
            f"{size}.pixel_values": pixels,
            f"{size}.embeddings": model.embeddings(pixels),
            f"{size}.last_hidden_state": out.last_hidden_state,
            f"{size}.pooler_output": out.pooler_output,
        }
    pooled = torch.nn.functional.normalize(tensors["photos.pooler_output"], dim=-1)
    tensors["photos.cosine"] = (pooled @ pooled.T)[0, 1:]
    save(name, model, processor, tensors, {})


clip()
dinov2("dinov2", 2)
dinov2("dinov2-gated", 3, use_swiglu_ffn=True, qkv_bias=False)
