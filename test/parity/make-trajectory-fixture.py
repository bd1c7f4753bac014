"""Short trainings in PyTorch (diffusers + peft) on the tiny SD 1.x checkpoint, of a LoRA and of all
weights, laid out as the pipeline fixtures that `atelier verify` reads, without the pipeline itself and
with a few of the trained weights.

python test/parity/make-trajectory-fixture.py test/fixtures/tiny-checkpoints/tiny-sd1 test/fixtures/training/trajectory
"""

import json
import os
import sys

import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler, UNet2DConditionModel
from peft import LoraConfig
from safetensors.torch import save_file
from transformers import CLIPTextModel

STEPS, BATCH, RANK, ALPHA = 6, 2, 4, 8
source, target = sys.argv[1:]
os.makedirs(target, exist_ok=True)

torch.manual_seed(0)
unet = UNet2DConditionModel.from_pretrained(f"{source}/unet").requires_grad_(False)
text_encoder = CLIPTextModel.from_pretrained(f"{source}/text_encoder").requires_grad_(False)
scheduler = DDPMScheduler.from_pretrained(f"{source}/scheduler")
layers = ["to_q", "to_k", "to_v", "to_out.0"]
unet.add_adapter(
    LoraConfig(r=RANK, lora_alpha=ALPHA, init_lora_weights="gaussian", target_modules=layers)
)


def factors():
    return {
        key.replace(".default", ""): value.detach().clone()
        for key, value in unet.named_parameters()
        if "lora_" in key
    }


size = unet.config.sample_size
tokens = torch.randint(0, 598, (BATCH, 77))
tokens[:, 40:] = text_encoder.config.eos_token_id
latents = torch.randn(BATCH, 4, size, size)
noise = torch.randn(STEPS, BATCH, 4, size, size)
timesteps = torch.randint(0, 1000, (STEPS, BATCH))

initial = factors()
trained = [p for p in unet.parameters() if p.requires_grad]
settings = {"lr": 1e-3, "weight_decay": 0.01, "betas": [0.9, 0.999], "eps": 1e-8}
optimizer = torch.optim.AdamW(
    trained, lr=settings["lr"], weight_decay=settings["weight_decay"]
)
losses, grad_norms = [], []
for step in range(STEPS):
    noisy = scheduler.add_noise(latents, noise[step], timesteps[step])
    states = text_encoder(tokens)[0]
    loss = F.mse_loss(unet(noisy, timesteps[step], states).sample, noise[step])
    loss.backward()
    # A norm that some steps exceed, so that clipping is part of the check.
    grad_norms.append(torch.nn.utils.clip_grad_norm_(trained, 0.1).item())
    optimizer.step()
    optimizer.zero_grad()
    losses.append(loss.item())

kohya = {}
for key, value in initial.items():
    module = "lora_unet_" + key.split(".lora_")[0].replace(".", "_")
    kohya[f"{module}.alpha"] = torch.tensor(float(ALPHA))
    part = "lora_down" if "lora_A" in key else "lora_up"
    kohya[f"{module}.{part}.weight"] = factors()[key]

save_file(initial, f"{target}/lora_init.safetensors", {"format": "pt"})
save_file(factors(), f"{target}/lora_final.safetensors", {"format": "pt"})
save_file(kohya, f"{target}/lora_kohya.safetensors", {"format": "pt"})
save_file(
    {
        "train.latents": latents,
        "train.noise": noise,
        "train.timesteps": timesteps,
        "train.tokens": tokens,
    },
    f"{target}/tensors.safetensors",
)
training = {"losses": losses, "grad_norms": grad_norms, "max_grad_norm": 0.1, "steps": STEPS}


def train_all(name, prior_weight):
    """All weights; with a prior the second half of each batch are class pictures."""
    model = UNet2DConditionModel.from_pretrained(f"{source}/unet").train()
    weights = list(model.parameters())
    options = {**settings, "lr": 1e-4}
    optimizer = torch.optim.AdamW(
        weights, lr=options["lr"], weight_decay=options["weight_decay"]
    )
    losses, norms = [], []
    for step in range(STEPS):
        noisy = scheduler.add_noise(latents, noise[step], timesteps[step])
        with torch.no_grad():
            states = text_encoder(tokens)[0]
        predicted = model(noisy, timesteps[step], states).sample
        if prior_weight is None:
            loss = F.mse_loss(predicted, noise[step])
        else:
            (own, prior), (target_own, target_prior) = (
                torch.chunk(tensor, 2, dim=0) for tensor in (predicted, noise[step])
            )
            loss = F.mse_loss(own, target_own) + prior_weight * F.mse_loss(prior, target_prior)
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(weights, 1.0).item())
        optimizer.step()
        losses.append(loss.item())
    kept = ["conv_in.weight", "conv_out.bias", "time_embedding.linear_1.weight"]
    kept += [key for key in model.state_dict() if key.startswith("mid_block.attentions.0.trans")]
    save_file(
        {key: model.state_dict()[key].clone() for key in kept},
        f"{target}/{name}_final.safetensors",
        {"format": "pt"},
    )
    return {
        **{"losses": losses, "grad_norms": norms, "max_grad_norm": 1.0, "steps": STEPS},
        **{"prior_weight": prior_weight, **options},
    }


with open(f"{target}/expected.json", "w") as file:
    expected = {
        "lora": {**training, **settings},
        "full": train_all("full", None),
        "dreambooth": train_all("dreambooth", 0.5),
        "hypernetwork": {},
    }
    json.dump({"training": expected}, file, indent=1)
print(expected)
