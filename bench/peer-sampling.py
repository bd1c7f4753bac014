"""One denoising step with guidance (batch 2) and one decoding in diffusers, as guidance-steps.js has them.

Prints seconds of the clock and of the processor for float32, channels_last and bfloat16.
Usage: python peer-sampling.py <model folder> [rounds] [latent size] [threads]
"""

import sys
import time

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel

folder, *rest = sys.argv[1:]
rounds, size, threads = [int(x) for x in rest + ["3", "64", "2"][len(rest) :]]
torch.set_num_threads(threads)
torch.manual_seed(0)
unet = UNet2DConditionModel.from_pretrained(folder, subfolder="unet").eval()
vae = AutoencoderKL.from_pretrained(folder, subfolder="vae").eval()
sample, latents = torch.randn(2, 4, size, size), torch.randn(1, 4, size, size)
states = torch.randn(2, 77, unet.config.cross_attention_dim)


def measure(name, run):
    times = []
    for _ in range(rounds + 1):
        start, used = time.time(), time.process_time()
        with torch.no_grad():
            run()
        times.append((time.time() - start, time.process_time() - used))
    clock, processor = (sorted(column)[len(column) // 2] for column in zip(*times[1:]))
    print(f"{name}: {clock:.2f} s, {processor:.2f} s of the processor", flush=True)


for name, change in {
    "float32": {},
    "channels_last": {"memory_format": torch.channels_last},
    "bfloat16, channels_last": {"dtype": torch.bfloat16},
}.items():
    unet, vae = unet.to(**change), vae.to(**change)
    step = [x.to(**change) if x.dim() == 4 else x.to(unet.dtype) for x in (sample, states)]
    measure(f"step, {name}", lambda: unet(step[0], 500, encoder_hidden_states=step[1]))
    measure(f"decoding, {name}", lambda: vae.decode(latents.to(**change)))
