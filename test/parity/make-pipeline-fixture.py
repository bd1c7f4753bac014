"""Writes test/fixtures/pipeline: pictures that diffusers draws with the tiny checkpoints, the LoRA
files that it drew with, and the text embeddings and latents on the way.

Run from the repository root with a Python that has torch, diffusers, transformers and peft:
    python test/parity/make-pipeline-fixture.py
samples.json holds the settings of each picture under the names of Atelier's options.
"""

import json
import os

import torch
from diffusers import StableDiffusionPipeline
from diffusers import schedulers as diffusers_schedulers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModel, CLIPTokenizer

# diffusers 0.42 looks for the normalisation of skipped layers where transformers 5 no longer has it.
if not hasattr(CLIPTextModel, "text_model"):
    CLIPTextModel.text_model = property(lambda model: model)

HERE = "test/fixtures"
OUT = os.path.join(HERE, "pipeline")
PROMPT, NEGATIVE = "a photo of an old clock beside a cat", "a drawing, dogs"
ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
UNET_ONLY = dict(unet=LoraConfig(r=2, lora_alpha=4, target_modules=ATTENTION, init_lora_weights=False))
BOTH = dict(
    unet=LoraConfig(r=3, lora_alpha=3, target_modules=["conv1", "proj_in", "ff.net.0.proj"], init_lora_weights=False),
    text_encoder=LoraConfig(r=2, lora_alpha=1, target_modules=["q_proj", "out_proj", "fc1"], init_lora_weights=False),
)
SAMPLES = [
    dict(name="own_scheduler", base="tiny-sd1", steps=5),
    dict(name="euler_ancestral_not_square", base="tiny-sd1", sampler="EulerAncestralDiscreteScheduler", steps=4, width=24, height=16),
    dict(name="second_seed", base="tiny-sd1", sampler="EulerAncestralDiscreteScheduler", steps=4, width=24, height=16, seed=8),
    dict(name="odd_latents", base="tiny-sd1", sampler="DPMSolverMultistepScheduler", steps=4, width=22, height=18),
    dict(name="clip_skip", base="tiny-sd1", sampler="UniPCMultistepScheduler", steps=4, clipSkip=1),
    dict(name="unguided", base="tiny-sd1", sampler="HeunDiscreteScheduler", steps=3, guidanceScale=1),
    dict(name="ddim_eta", base="tiny-sd2", sampler="DDIMScheduler", steps=4, eta=0.7),
    dict(name="velocity_rescaled", base="tiny-sd2", steps=5, guidanceRescale=0.7),
    dict(name="one_adapter", base="tiny-sd1", sampler="EulerDiscreteScheduler", steps=4, adapters=[["attention", 0.8]]),
    dict(name="two_adapters", base="tiny-sd1", sampler="EulerDiscreteScheduler", steps=4, adapters=[["attention", 0.8], ["both", -0.5]]),
]
DEFAULTS = dict(guidanceScale=5, guidanceRescale=0, eta=0, seed=7, width=16, height=16, clipSkip=0, adapters=[])


def add_random_adapters(pipe):
    """Attaches two adapters and gives the files they are read from."""
    torch.manual_seed(3)
    for name, configs in (("attention", UNET_ONLY), ("both", BOTH)):
        metadata = {}
        for component, config in configs.items():
            model = getattr(pipe, component)
            model.add_adapter(config, adapter_name=name)
            for key, parameter in model.named_parameters():
                if f".{name}." in key:
                    torch.nn.init.normal_(parameter, std=0.3)
            metadata[f"{component}_lora_adapter_metadata"] = config.to_dict()
        StableDiffusionPipeline.save_lora_weights(
            OUT,
            unet_lora_layers=get_peft_model_state_dict(pipe.unet, adapter_name=name),
            text_encoder_lora_layers=get_peft_model_state_dict(pipe.text_encoder, adapter_name=name) if "text_encoder" in configs else None,
            weight_name=f"{name}.safetensors",
            **metadata,
        )


def open_pipeline(base):
    folder = os.path.join(HERE, "tiny-checkpoints", base)
    tokenizer = CLIPTokenizer.from_pretrained(os.path.join(HERE, "tokenizer-small"), model_max_length=77)
    pipe = StableDiffusionPipeline.from_pretrained(folder, tokenizer=tokenizer, safety_checker=None)
    pipe.set_progress_bar_config(disable=True)
    # It refuses sizes that 8 does not divide, also for a VAE that halves pictures once.
    pipe.check_inputs = lambda *args, **kwargs: None
    return pipe


def draw(pipe, own_config, settings, tensors):
    name = settings["name"]
    class_name = settings.get("sampler", own_config["_class_name"])
    pipe.scheduler = getattr(diffusers_schedulers, class_name).from_config(own_config)
    call = {**DEFAULTS, **settings}
    shared = dict(
        prompt=PROMPT, negative_prompt=NEGATIVE, num_inference_steps=call["steps"], guidance_scale=call["guidanceScale"],
        guidance_rescale=call["guidanceRescale"], eta=call["eta"], width=call["width"], height=call["height"],
        clip_skip=call["clipSkip"] or None)
    generator = torch.Generator().manual_seed(call["seed"])
    latents = pipe(**shared, generator=generator, output_type="latent").images
    tensors[f"{name}.latents"] = latents
    with torch.no_grad():
        tensors[f"{name}.pixels"] = pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample
        prompt, _ = pipe.encode_prompt(PROMPT, "cpu", 1, False, clip_skip=call["clipSkip"] or None)
        tensors[f"{name}.embeddings"] = prompt


def main():
    os.makedirs(OUT, exist_ok=True)
    tensors = {}
    for base in ("tiny-sd1", "tiny-sd2"):
        pipe = open_pipeline(base)
        own_config = dict(pipe.scheduler.config, _class_name=type(pipe.scheduler).__name__)
        for settings in (s for s in SAMPLES if s["base"] == base and "adapters" not in s):
            draw(pipe, own_config, settings, tensors)
        if base == "tiny-sd1":
            add_random_adapters(pipe)
            for settings in (s for s in SAMPLES if "adapters" in s):
                names, weights = zip(*settings["adapters"])
                pipe.set_adapters(list(names), list(weights))
                draw(pipe, own_config, settings, tensors)
            pipe = open_pipeline(base)
            pixels = torch.linspace(-1, 1, 2 * 3 * 16 * 24).reshape(2, 3, 16, 24).sin()
            with torch.no_grad():
                moments = pipe.vae.encode(pixels).latent_dist
            tensors |= {"encode.pixels": pixels, "encode.mean": moments.mean, "encode.logVariance": moments.logvar}
    save_file({k: v.detach().contiguous() for k, v in tensors.items()}, os.path.join(OUT, "tensors.safetensors"))
    settings = {"prompt": PROMPT, "negativePrompt": NEGATIVE, "samples": [{**DEFAULTS, **s} for s in SAMPLES]}
    with open(os.path.join(OUT, "samples.json"), "w") as file:
        json.dump(settings, file, indent=1)
        file.write("\n")
    print(len(load_file(os.path.join(OUT, "tensors.safetensors"))), "tensors")


main()
