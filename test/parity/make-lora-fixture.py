"""Writes test/fixtures/lora: LoRA files as diffusers and PEFT write them, with the weight changes
they stand for, and the three files of the shared pipeline fixture.

Run from the repository root with a Python that has diffusers, transformers and peft:
    python test/parity/make-lora-fixture.py ../shared/fixtures/pipeline
The models have random weights; ranks and alphas differ between modules on purpose.
"""

import json
import os
import shutil
import sys

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from diffusers.training_utils import _collate_lora_metadata
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig, get_peft_model
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file
from transformers import CLIPTextModel

SOURCE, ROOT = sys.argv[1], "test/fixtures/lora"
UNET_TARGETS = [
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q",
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0",
    "mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj",
    "down_blocks.0.resnets.0.conv1",
    "down_blocks.0.attentions.0.proj_in",
]
TEXT_TARGETS = ["layers.0.self_attn.q_proj", "layers.1.mlp.fc1"]


def randomise(model):
    torch.manual_seed(1)
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(parameter, std=0.1)


def deltas(prefix, model):
    layers = [(name, m) for name, m in model.named_modules() if hasattr(m, "get_delta_weight")]
    return {prefix + name.removeprefix("base_model.model."): m.get_delta_weight("default").detach().contiguous() for name, m in layers}


def module_paths(unet, text):
    """The names of all layers with weights, as checkpoints have them."""
    names = [f"unet.{n.removesuffix('.base_layer')}" for n, m in unet.named_modules() if is_layer(n, m)]
    names += [f"text_encoder.text_model.{n.removesuffix('.base_layer')}" for n, m in text.named_modules() if is_layer(n, m)]
    with open(f"{ROOT}/module-paths.json", "w") as file:
        json.dump(sorted(names), file)
        file.write("\n")


def is_layer(name, module):
    return isinstance(module, (torch.nn.Linear, torch.nn.Conv2d)) and ".lora_" not in name


def diffusers_file():
    unet = UNet2DConditionModel.from_pretrained(f"{SOURCE}/pipeline/unet")
    text = CLIPTextModel.from_pretrained(f"{SOURCE}/pipeline/text_encoder")
    ranks, alphas = {"to_out.0": 2, "conv1": 3}, {"ff.net.0.proj": 6, "conv1": 5}
    unet.add_adapter(LoraConfig(r=4, lora_alpha=8, target_modules=UNET_TARGETS, rank_pattern=ranks, alpha_pattern=alphas))
    text.add_adapter(LoraConfig(r=2, lora_alpha=3, target_modules=TEXT_TARGETS, use_rslora=True))
    text.peft_config["default"].base_model_name_or_path = None
    randomise(unet)
    randomise(text)
    module_paths(unet, text)
    StableDiffusionPipeline.save_lora_weights(
        f"{ROOT}/diffusers-new",
        unet_lora_layers=convert_state_dict_to_diffusers(get_peft_model_state_dict(unet)),
        text_encoder_lora_layers=convert_state_dict_to_diffusers(get_peft_model_state_dict(text)),
        **_collate_lora_metadata({"unet": unet, "text_encoder": text}),
    )
    save_file(deltas("unet.", unet) | deltas("text_encoder.text_model.", text), f"{ROOT}/diffusers-new-deltas.safetensors")


def peft_folder():
    unet = UNet2DConditionModel.from_pretrained(f"{SOURCE}/pipeline/unet")
    unet.config._name_or_path = None
    config = LoraConfig(r=3, lora_alpha=5, target_modules=UNET_TARGETS[:2], alpha_pattern={"to_q": 2})
    model = get_peft_model(unet, config)
    randomise(model)
    model.peft_config["default"].base_model_name_or_path = None
    model.save_pretrained(f"{ROOT}/peft")
    os.remove(f"{ROOT}/peft/README.md")
    save_file(deltas("unet.", model), f"{ROOT}/peft-deltas.safetensors")


for name in ["lora_kohya.safetensors", "lora_final.safetensors", "lora_diffusers/pytorch_lora_weights.safetensors"]:
    shutil.copyfile(f"{SOURCE}/{name}", f"{ROOT}/{name.replace('/pytorch_lora_weights', '')}")
diffusers_file()
peft_folder()
