"""Writes test/fixtures/prompt-syntax: text states and latents of prompts in A1111's syntax, by transformers and
diffusers. Weights multiply the last states of a chunk of 77 tokens, whose mean is restored; chunks stand one behind
the other; prompt and negative prompt are each given to the UNet alone, as A1111 does where their lengths differ.

Run from the repository root with a Python that has torch, diffusers and transformers:
    python test/parity/make-prompt-syntax-fixture.py
"""
import json, os

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from safetensors.torch import save_file
from transformers import CLIPTokenizer

HERE = "test/fixtures"
OUT = os.path.join(HERE, "prompt-syntax")
# The parts are what A1111's parser makes of the prompts.
CASES = [
    dict(name="weights", prompt="a (cat:1.5) beside [an old] clock", negative="(dogs)",
         parts=[[["a ", 1], ["cat", 1.5], [" beside ", 1], ["an old", 1 / 1.1], [" clock", 1]]], negativeParts=[[["dogs", 1.1]]]),
    dict(name="break", prompt="a photo of a cat BREAK an old ((clock))", negative="a drawing",
         parts=[[["a photo of a cat", 1]], [["an old ", 1], ["clock", 1.1 * 1.1]]], negativeParts=[[["a drawing", 1]]]),
    dict(name="two_to_three", prompt="a cat BREAK a dog", negative="a clock BREAK (photo:0.5) BREAK town",
         parts=[[["a cat", 1]], [["a dog", 1]]], negativeParts=[[["a clock", 1]], [["photo", 0.5]], [["town", 1]]]),
    dict(name="clip_skip", prompt="a photo of a cat", negative="a drawing", clipSkip=1,
         parts=[[["a photo of a cat", 1]]], negativeParts=[[["a drawing", 1]]]),
]
STEPS, GUIDANCE, SEED = 3, 5, 7


def norm_of(pipe):
    return next(module for name, module in pipe.text_encoder.named_modules() if name.endswith("final_layer_norm"))


def states(pipe, chunks, clip_skip):
    found = []
    for parts in chunks:
        ids, weights = [598], [1.0]
        for text, weight in parts:
            own = pipe.tokenizer(text, add_special_tokens=False).input_ids
            ids += own
            weights += [weight] * len(own)
        ids += [599] * (77 - len(ids))
        weights += [1.0] * (77 - len(weights))
        output = pipe.text_encoder(torch.tensor([ids]), output_hidden_states=True)
        z = output.last_hidden_state if clip_skip == 0 else norm_of(pipe)(output.hidden_states[-1 - clip_skip])
        mean = z.mean()
        z = z * torch.tensor(weights)[None, :, None]
        found.append(z * (mean / z.mean()))
    return torch.cat(found, 1)


def draw(pipe, positive, negative):
    scheduler = DDIMScheduler.from_config(pipe.scheduler.config)
    scheduler.set_timesteps(STEPS)
    latents = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(SEED)) * scheduler.init_noise_sigma
    for t in scheduler.timesteps:
        told, untold = (pipe.unet(latents, t, context).sample for context in (positive, negative))
        latents = scheduler.step(untold + GUIDANCE * (told - untold), t, latents, eta=0).prev_sample
    return latents


os.makedirs(OUT, exist_ok=True)
tokenizer = CLIPTokenizer.from_pretrained(os.path.join(HERE, "tokenizer-small"), model_max_length=77)
pipe = StableDiffusionPipeline.from_pretrained(os.path.join(HERE, "tiny-checkpoints/tiny-sd1"), tokenizer=tokenizer, safety_checker=None)
tensors = {}
with torch.no_grad():
    # A normalisation without weights gives states of mean 0, which have none to restore.
    norm = norm_of(pipe)
    norm.weight.copy_(torch.linspace(0.5, 1.5, norm.weight.numel()))
    norm.bias.copy_(torch.linspace(-0.5, 1, norm.bias.numel()))
    tensors |= {"norm.weight": norm.weight.clone(), "norm.bias": norm.bias.clone()}
    for case in CASES:
        skip = case.get("clipSkip", 0)
        positive = states(pipe, case["parts"], skip)
        tensors[f"{case['name']}.states"] = positive
        tensors[f"{case['name']}.latents"] = draw(pipe, positive, states(pipe, case["negativeParts"], skip))
save_file({k: v.contiguous() for k, v in tensors.items()}, os.path.join(OUT, "tensors.safetensors"))
keys = ("name", "prompt", "negative", "clipSkip")
cases = [{k: case[k] for k in keys if k in case} for case in CASES]
with open(os.path.join(OUT, "prompts.json"), "w") as file:
    json.dump({"steps": STEPS, "guidance": GUIDANCE, "seed": SEED, "cases": cases}, file, indent=1)
    file.write("\n")
