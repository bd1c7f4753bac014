"""Draws pictures of Atelier's again in diffusers, with the files that Atelier saved.

    python test/parity/check-pictures-in-diffusers.py <model> <picture.png>... [--adapter FILE]
        [--embedding FILE] [--bare MODEL] [--latents FILE]

Needs torch, diffusers, transformers, peft and Pillow. The model is a diffusers folder, or one file, whose
configs then come from the folder named by --bare. Prompt, sampler, steps, guidance, seed, size and the adapter's
weight are read from the PNGs' own parameters, so nothing can be mistyped. Each picture is also drawn bare (by the
model of --bare, by default by the model without adapter and embedding), to show that what was trained matters.
FILE of --latents is a safetensors file with Atelier's final latents as `latents`. Exits with 1 when two pictures
differ by more than --levels of 255 anywhere.
"""

import argparse
import os
import re
import sys

import numpy as np
import torch
from diffusers import DiffusionPipeline, FluxPipeline, StableDiffusion3Pipeline, StableDiffusionPipeline
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
        sampler=fields["Sampler"], steps=int(fields["Steps"]), cfg=float(fields["CFG scale"]),
        guidance=float(fields.get("Distilled CFG Scale", fields["CFG scale"])),
        seed=int(fields["Seed"]), width=width, height=height)


def further_arguments(pipe, p):
    """What only pipelines of transformers have."""
    if isinstance(pipe, FluxPipeline):
        return dict(max_sequence_length=arguments.max_sequence_length or 512, true_cfg_scale=p["cfg"])
    if isinstance(pipe, StableDiffusion3Pipeline):
        return dict(max_sequence_length=arguments.max_sequence_length or 256)
    return {}


def draw(pipe, p):
    """Final latents and the 8-bit picture."""
    # Atelier draws every size that the VAE can; this check asks for multiples of 8 with any VAE.
    pipe.check_inputs = lambda *args, **kwargs: None
    latents = pipe(
        prompt=p["prompt"], negative_prompt=p["negative_prompt"], num_inference_steps=p["steps"],
        guidance_scale=p["guidance"], width=p["width"], height=p["height"],
        generator=torch.Generator().manual_seed(p["seed"]), output_type="latent",
        **further_arguments(pipe, p)).images
    if isinstance(pipe, FluxPipeline):
        latents = pipe._unpack_latents(latents, p["height"], p["width"], pipe.vae_scale_factor)
    config = pipe.vae.config
    with torch.no_grad():
        pixels = pipe.vae.decode(latents / config.scaling_factor + (config.shift_factor or 0)).sample
    return latents, np.asarray(pipe.image_processor.postprocess(pixels, output_type="pil")[0]).astype(int)


def opened(model, configs):
    if os.path.isdir(model):
        # Files in 16 bits are read as float32, as Atelier computes.
        pipe = DiffusionPipeline.from_pretrained(model, torch_dtype=torch.float32)
    else:
        pipe = StableDiffusionPipeline.from_single_file(model, config=configs, safety_checker=None)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def with_sampler(pipe, name):
    if name == "euler" and hasattr(pipe, "transformer"):
        return pipe
    karras = {"use_karras_sigmas": True} if name.endswith("_karras") else {}
    class_name = SAMPLERS.get(name.removesuffix("_karras"), name)
    pipe.scheduler = getattr(diffusers_schedulers, class_name).from_config(pipe.scheduler.config, **karras)
    return pipe


def check(args, path):
    parameters = read_parameters(path)
    ours = np.asarray(Image.open(path).convert("RGB")).astype(int)
    bare = with_sampler(opened(args.bare or args.model, args.bare), parameters["sampler"])
    _, plain = draw(bare, parameters)
    pipe = with_sampler(opened(args.model, args.bare), parameters["sampler"])
    if args.embedding:
        folder, name = os.path.split(args.embedding)
        pipe.load_textual_inversion(folder or ".", weight_name=name, token=args.token)
    if args.adapter:
        folder, name = os.path.split(args.adapter)
        pipe.load_lora_weights(folder or ".", weight_name=name, adapter_name="atelier")
        pipe.set_adapters(["atelier"], [parameters["weight"]])
    latents, theirs = draw(pipe, parameters)
    difference = np.abs(ours - theirs).max()
    passed = difference <= args.levels
    print("ok  " if passed else "FAIL", path, f"differs by up to {difference} of 255, {np.mean(ours != theirs):.2%} of values;",
          f"bare by up to {np.abs(ours - plain).max()}", parameters)
    if args.latents:
        error = (load_file(args.latents)["latents"] - latents).abs().max().item()
        print(f"latents differ by up to {error:.2e} (largest value {latents.abs().max().item():.2f})")
    return passed


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model")
parser.add_argument("pictures", nargs="+")
parser.add_argument("--adapter")
parser.add_argument("--embedding")
parser.add_argument("--token", help="of the embedding; by default what its file says")
parser.add_argument("--bare")
parser.add_argument("--latents")
parser.add_argument("--max-sequence-length", type=int, help="tokens that T5 reads, where not as many as usual")
parser.add_argument("--levels", type=int, default=2)
arguments = parser.parse_args()
sys.exit(0 if all([check(arguments, path) for path in arguments.pictures]) else 1)
