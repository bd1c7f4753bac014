"""The same picture in diffusers on PyTorch, for `npm run bench -- --peer python`.

Prints one JSON line as picture-worker.js does.
Usage: python picture.py <job.json>
"""

from job import read_job, tell  # First, for its clock.

import time

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from variant import Variant

job = read_job()
variant = Variant(job["variant"])
torch.set_num_threads(job["threads"])
pipe = StableDiffusionPipeline.from_pretrained(
    job["folder"], torch_dtype=variant.frozen_dtype, safety_checker=None
)
# A random model's tokenizer does not say it.
pipe.tokenizer.model_max_length = pipe.text_encoder.config.max_position_embeddings
pipe.scheduler = DDIMScheduler.from_config(pipe.scheduler.config)
pipe.set_progress_bar_config(disable=True)
for module in (pipe.unet, pipe.vae, pipe.text_encoder):
    variant.place(module.requires_grad_(False))
pipe.unet = variant.compiled_unet(pipe.unet)
pipe.vae.decode = variant.compiled(pipe.vae.decode)


def draw(steps):
    with variant.autocast():
        return pipe(
            job["prompt"],
            negative_prompt=job["negativePrompt"],
            num_inference_steps=steps,
            guidance_scale=job["guidanceScale"],
            height=job["edge"],
            width=job["edge"],
            generator=torch.Generator().manual_seed(job["seed"]),
            output_type="pt",
        ).images


seconds = []
# A step is enough to compile all there is.
for steps in [1] * job["warmUp"] + [job["steps"]]:
    start = time.time()
    pixels = draw(steps).float()
    seconds.append(time.time() - start)

tell(seconds, [pixels.mean().item(), pixels.std(correction=0).item()], job["warmUp"])
