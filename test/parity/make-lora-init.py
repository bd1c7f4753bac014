"""First LoRA factors as PEFT draws them, for packages/diffusion/src/tuning/lora-tuning.test.ts.

python test/parity/make-lora-init.py test/fixtures/tiny-checkpoints/tiny-sd1 test/fixtures/training/lora-init.json
"""

import json
import sys

import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig
from transformers import CLIPTextModel

UNET_LAYERS = (
    r".*(to_q|to_k|to_v|to_out\.0|proj_in|proj_out|ff\.net\.0\.proj|ff\.net\.2|conv1|conv2|conv"
    r"|conv_shortcut|conv_in|conv_out|time_emb_proj|linear_1|linear_2)$"
)
TEXT_LAYERS = r".*(q_proj|k_proj|v_proj|out_proj|fc1|fc2)$"

source, target = sys.argv[1:]
result = {}
for init, choice in [("gaussian", "gaussian"), ("kaiming", True)]:
    for name, cls, layers in [
        ("unet", UNet2DConditionModel, UNET_LAYERS),
        ("text_encoder", CLIPTextModel, TEXT_LAYERS),
    ]:
        model = cls.from_pretrained(f"{source}/{name}")
        torch.manual_seed(7)
        model.add_adapter(
            LoraConfig(r=3, lora_alpha=3, init_lora_weights=choice, target_modules=layers)
        )
        result[f"{name}-{init}"] = [
            [
                key.removesuffix(".lora_A.default.weight"),
                list(value.shape),
                [float(x) for x in value.detach().flatten()[[0, -1]]],
            ]
            for key, value in model.named_parameters()
            if "lora_A" in key
        ]
with open(target, "w") as file:
    json.dump(result, file)
