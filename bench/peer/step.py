"""The same training step in diffusers and peft on PyTorch, for `npm run bench -- --peer python`.

Prints one JSON line as step-worker.js does.
The steps of DreamBooth and Textual Inversion are those of diffusers' example scripts
(train_dreambooth.py, textual_inversion.py): pictures and captions are encoded in every step.
Usage: python step.py <job.json>
"""

from job import read_job, tell  # First, for its clock.

import time

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from peft import LoraConfig
from transformers import CLIPTextConfig, CLIPTextModel
from variant import Variant

job = read_job()
batch, size, mode = job["batch"], job["size"], job["mode"]
config = job["unet"]
variant = Variant(job["variant"])
torch.set_num_threads(job["threads"])
torch.manual_seed(0)
model = UNet2DConditionModel(**config).train()
if job["checkpointing"]:
    model.enable_gradient_checkpointing()
encodes = mode in ("dreambooth", "textual-inversion")
if encodes:
    text_encoder = CLIPTextModel(CLIPTextConfig(**job["text"]))
    blocks = ["DownEncoderBlock2D"] * 4, ["UpDecoderBlock2D"] * 4
    vae = AutoencoderKL(
        down_block_types=blocks[0], up_block_types=blocks[1], block_out_channels=[32, 64, 64, 64]
    ).requires_grad_(False)
    text_encoder.requires_grad_(False)
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
    table = text_encoder.get_input_embeddings()
    original = table.weight.data.clone()
    table.requires_grad_(True)
    trained = list(table.parameters())
sample = variant.laid_out(torch.randn(batch, 4, size, size))
target = torch.randn(batch, 4, size, size)
text = torch.randn(batch, 77, config["cross_attention_dim"]).to(variant.frozen_dtype)
pictures = variant.laid_out(torch.randn(batch, 3, 8 * size, 8 * size))
noise = torch.randn(batch, 4, size, size)
ids = torch.randint(0, 49000, (batch, 77))
# The new word, whose row is the last one.
ids[:, 5] = job["text"]["vocab_size"] - 1
timestep = torch.full((batch,), 500)
pooled = config.get("projection_class_embeddings_input_dim", 0) - 6 * config.get("addition_time_embed_dim", 0)
sizes = {"text_embeds": torch.randn(batch, pooled), "time_ids": torch.randn(batch, 6)} if pooled > 0 else None
optimizer = variant.adam_w(trained)
predict = variant.compiled_unet(variant.place(model))
if encodes:
    encode = variant.compiled(variant.place(vae).encode)
    # The scripts leave a text encoder that trains as it is.
    read = variant.compiled(text_encoder if mode == "textual-inversion" else variant.place(text_encoder))


def mse(prediction, wanted):
    return torch.nn.functional.mse_loss(prediction.float(), wanted)


def loss_of_step():
    if not encodes:
        return mse(predict(sample, timestep, text, added_cond_kwargs=sizes).sample, target)
    # As its sample(), but with the same noise in every variant.
    distribution = encode(pictures).latent_dist
    latents = (distribution.mean + distribution.std * noise) * 0.18215
    latents = variant.laid_out(latents)
    if mode == "textual-inversion":
        states = read(ids)[0].to(variant.frozen_dtype)
        return mse(predict(latents, timestep, states).sample, target)
    with torch.no_grad():
        states = read(ids)[0]
    own, prior = predict(latents, timestep, states).sample.chunk(2)
    own_target, prior_target = target.chunk(2)
    return mse(own, own_target) + mse(prior, prior_target)


# Norms of gradients, too: a loss alone hardly says whether an adapter learns.
seconds, checks = [], []
for _ in range(job["warmUp"] + job["steps"]):
    start = time.time()
    with variant.autocast():
        loss = loss_of_step()
    loss.backward()
    if mode == "textual-inversion":
        norm = table.weight.grad[-1].norm()
    else:
        norm = torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    optimizer.zero_grad()
    if mode == "textual-inversion":
        # The script puts every other row of the table back.
        rows = torch.ones(len(original), dtype=torch.bool)
        rows[-1] = False
        with torch.no_grad():
            table.weight[rows] = original[rows]
    seconds.append(time.time() - start)
    checks += [loss.item(), norm.item()]

tell(seconds, checks, job["warmUp"])
