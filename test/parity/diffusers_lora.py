"""Draws a picture of Atelier's again in diffusers, with the adapter file that Atelier saved.

    python test/parity/diffusers_lora.py <pipeline folder> <adapter file> <picture.png> [--latents FILE]

Needs torch, diffusers, transformers, peft and Pillow. Prompt, sampler, steps, guidance, seed, size and
the adapter's weight are read from the PNG's own parameters, so nothing can be mistyped. FILE is a
safetensors file with Atelier's final latents as `latents`. The picture is also drawn without the
adapter, to show that the adapter matters. Exits with 1 when the two pictures differ by more than
--levels of 255 anywhere.
"""

import argparse
import os
import re
import sys

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from diffusers import schedulers as diffusers_schedulers
from PIL import Image
from safetensors.torch import load_file

# Atelier's names of samplers; others are diffusers classes already.
SAMPLERS = {
    "ddim": "DDIMScheduler", "ddpm": "DDPMScheduler", "pndm": "PNDMScheduler", "lcm": "LCMScheduler",
    "euler": "EulerDiscreteScheduler", "euler_a": "EulerAncestralDiscreteScheduler", "heun": "HeunDiscreteScheduler",
    "lms": "LMSDiscreteScheduler", "dpmpp_2m": "DPMSolverMultistepScheduler",
    "dpmpp_single": "DPMSolverSinglestepScheduler", "unipc": "UniPCMultistepScheduler", "deis": "DEISMultistepScheduler",
}


def read_parameters(path):
    """The A1111-style text that `atelier generate` puts into its pictures."""
    text = Image.open(path).text["parameters"]
    body, last = text.rsplit("\n", 1)
    fields = dict(re.findall(r"([\w ]+): (\"[^\"]*\"|[^,]*)(?:, |$)", last))
    prompt, _, negative = body.partition("\nNegative prompt: ")
    weights = [float(weight) for weight in re.findall(r"<lora:[^:>]+:(-?[\d.]+)>", prompt)]
    width, height = map(int, fields["Size"].split("x"))
    if len(weights) > 1:
        sys.exit(f"{path}: expected a picture drawn with one adapter, got {len(weights)}.")
    return dict(
        prompt=re.sub(r"\s*<lora:[^>]+>", "", prompt), negative_prompt=negative, weight=weights[0] if weights else 1.0,
        sampler=fields["Sampler"], steps=int(fields["Steps"]), guidance=float(fields["CFG scale"]),
        seed=int(fields["Seed"]), width=width, height=height)


def set_sampler(pipe, name):
    karras = {"use_karras_sigmas": True} if name.endswith("_karras") else {}
    class_name = SAMPLERS.get(name.removesuffix("_karras"), name)
    pipe.scheduler = getattr(diffusers_schedulers, class_name).from_config(pipe.scheduler.config, **karras)


def draw(pipe, p):
    """Final latents and the 8-bit picture."""
    # Atelier draws every size that the VAE can; this check asks for multiples of 8 with any VAE.
    pipe.check_inputs = lambda *args, **kwargs: None
    latents = pipe(
        prompt=p["prompt"], negative_prompt=p["negative_prompt"], num_inference_steps=p["steps"],
        guidance_scale=p["guidance"], width=p["width"], height=p["height"],
        generator=torch.Generator().manual_seed(p["seed"]), output_type="latent").images
    with torch.no_grad():
        pixels = pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample
    return latents, np.asarray(pipe.image_processor.postprocess(pixels, output_type="pil")[0]).astype(int)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pipeline")
    parser.add_argument("adapter")
    parser.add_argument("picture")
    parser.add_argument("--latents")
    parser.add_argument("--levels", type=int, default=2)
    args = parser.parse_args()
    parameters = read_parameters(args.picture)
    ours = np.asarray(Image.open(args.picture).convert("RGB")).astype(int)

    pipe = StableDiffusionPipeline.from_pretrained(args.pipeline, safety_checker=None)
    pipe.set_progress_bar_config(disable=True)
    set_sampler(pipe, parameters["sampler"])
    _, plain = draw(pipe, parameters)
    folder, name = os.path.split(args.adapter)
    pipe.load_lora_weights(folder or ".", weight_name=name, adapter_name="atelier")
    pipe.set_adapters(["atelier"], [parameters["weight"]])
    latents, theirs = draw(pipe, parameters)

    difference = np.abs(ours - theirs).max()
    print(parameters)
    print(f"without the adapter the picture differs by up to {np.abs(ours - plain).max()} of 255")
    print(f"with the adapter it differs by up to {difference} of 255, {np.mean(ours != theirs):.2%} of values differ")
    if args.latents:
        error = (load_file(args.latents)["latents"] - latents).abs().max().item()
        print(f"latents differ by up to {error:.2e} (largest value {latents.abs().max().item():.2f})")
    sys.exit(0 if difference <= args.levels else 1)


main()
