"""The same training step in diffusers and peft on PyTorch, for `npm run bench -- --peer python`.

Prints one JSON line as step-worker.js does.
The steps of DreamBooth and Textual Inversion are those of diffusers' example scripts
(train_dreambooth.py, textual_inversion.py): pictures and captions are encoded in every step.
Usage: python peer.py <config.json> <batch> <latent size> <lora|full|dreambooth|textual-inversion> <steps> [checkpointing]
"""

import json
import resource
import sys
import time

started = time.time()
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from peft import LoraConfig
from transformers import CLIPTextConfig, CLIPTextModel

config_path, batch, size, mode, steps, *extra = sys.argv[1:]
batch, size, steps = int(batch), int(size), int(steps)
torch.set_num_threads(2)
torch.manual_seed(0)
configs = json.load(open(config_path))
config = configs["unet"]
model = UNet2DConditionModel(**config).train()
if "checkpointing" in extra:
    model.enable_gradient_checkpointing()
encodes = mode in ("dreambooth", "textual-inversion")
if encodes:
    text_encoder = CLIPTextModel(CLIPTextConfig(**configs["text"]))
    blocks = ["DownEncoderBlock2D"] * 4, ["UpDecoderBlock2D"] * 4
    vae = AutoencoderKL(
        down_block_types=blocks[0], up_block_types=blocks[1], block_out_channels=[32, 64, 64, 64]
    ).requires_grad_(False)
trained = list(model.parameters())
if mode == "lora":
    model.requires_grad_(False)
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    model.add_adapter(
        LoraConfig(r=4, lora_alpha=4, target_modules=targets, init_lora_weights="gaussian")
    )
    trained = [p for p in model.parameters() if p.requires_grad]
elif mode == "textual-inversion":
    model.requires_grad_(False)
    text_encoder.requires_grad_(False)
    table = text_encoder.get_input_embeddings()
    table.requires_grad_(True)
    original = table.weight.data.clone()
    trained = list(table.parameters())
optimizer = torch.optim.AdamW(trained, lr=1e-4)
sample = torch.randn(batch, 4, size, size)
target = torch.randn(batch, 4, size, size)
text = torch.randn(batch, 77, config["cross_attention_dim"])
pictures = torch.randn(batch, 3, 8 * size, 8 * size)
ids = torch.randint(0, 49000, (batch, 77))
timestep = torch.full((batch,), 500)
pooled = config.get("projection_class_embeddings_input_dim", 0) - 6 * config.get("addition_time_embed_dim", 0)
sizes = {"text_embeds": torch.randn(batch, pooled), "time_ids": torch.randn(batch, 6)} if pooled > 0 else None
mse = torch.nn.functional.mse_loss


def loss_of_step():
    if not encodes:
        return mse(model(sample, timestep, text, added_cond_kwargs=sizes).sample, target)
    latents = vae.encode(pictures).latent_dist.sample() * 0.18215
    if mode == "textual-inversion":
        prediction = model(latents, timestep, text_encoder(ids)[0]).sample
        return mse(prediction, target)
    with torch.no_grad():
        states = text_encoder(ids)[0]
    own, prior = model(latents, timestep, states).sample.chunk(2)
    own_target, prior_target = target.chunk(2)
    return mse(own, own_target) + mse(prior, prior_target)


seconds = []
for _ in range(steps):
    start = time.time()
    loss_of_step().backward()
    if mode != "textual-inversion":
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    optimizer.zero_grad()
    if mode == "textual-inversion":
        # The script puts every other row of the table back.
        rows = torch.ones(len(original), dtype=torch.bool)
        rows[-1] = False
        with torch.no_grad():
            table.weight[rows] = original[rows]
    seconds.append(time.time() - start)

print(
    json.dumps(
        {
            "secondsBeforeFirstStep": time.time() - started - sum(seconds),
            "firstStep": seconds[0],
            "seconds": seconds[1:],
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
)
