"""Writes test/fixtures/embeddings: textual-inversion files of every program, the vectors that they
hold, and the prompts that diffusers encodes with them.

    python test/parity/make-embedding-fixture.py
The layouts are those that diffusers, A1111 (`Embedding.save`), the original program (Gal et al.),
kohya's sd-scripts and ComfyUI write or read; the vectors are random.
"""

import base64
import json
import os

import torch
from diffusers import StableDiffusionPipeline
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from safetensors.torch import save_file
from transformers import CLIPTokenizer

HERE = "test/fixtures"
OUT = os.path.join(HERE, "embeddings")
WIDTH = 16
PT = {"format": "pt"}


def vectors(count, width=WIDTH, seed=0):
    shape = (width,) if count is None else (count, width)
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * 0.5


def path(name):
    return os.path.join(OUT, name)


def a1111(tensor, name="my-word", **more):
    return {
        "string_to_token": {"*": 265},
        "string_to_param": {"*": tensor},
        "name": name,
        "step": 1500,
        "sd_checkpoint": "cc6cb27103",
        "sd_checkpoint_name": "v1-5-pruned",
        **more,
    }


def files():
    """Writes every form and returns {file: {encoder: vectors}}."""
    expected = {}

    def save(name, content, encoders, metadata=None, **options):
        if name.endswith(".safetensors"):
            save_file(content, path(name), metadata)
        else:
            torch.save(content, path(name), **options)
        expected[name] = {k: v.reshape(-1, v.shape[-1]).tolist() for k, v in encoders.items()}

    one, flat, three = vectors(1), vectors(None, seed=1), vectors(3, seed=2)
    l, g = vectors(2, seed=3), vectors(2, 1280 // 64, seed=4)
    save("one.safetensors", {"<my-style>": one}, {"text_encoder": one}, PT)
    save("flat.bin", {"<flat>": flat}, {"text_encoder": flat})
    save("three.safetensors", {"<trio>": three}, {"text_encoder": three}, PT)
    save("half.safetensors", {"<half>": one.half()}, {"text_encoder": one.half().float()}, PT)
    save("a1111.pt", a1111(three), {"text_encoder": three})
    save("a1111-legacy.pt", a1111(one, name="old-word"), {"text_encoder": one}, _use_new_zipfile_serialization=False)
    parameters = torch.nn.ParameterDict({"*": torch.nn.Parameter(three)})
    save("original.pt", {"string_to_token": {"*": torch.tensor(265)}, "string_to_param": parameters}, {"text_encoder": three})
    save("tensor.pt", one, {"text_encoder": one})
    save("kohya.safetensors", {"emb_params": three}, {"text_encoder": three}, {"modelspec.title": "kohya"})
    save("kohya.pt", {"emb_params": one}, {"text_encoder": one})
    save("comfy.safetensors", {"clip_l": three}, {"text_encoder": three})
    save("sdxl.safetensors", {"clip_l": l, "clip_g": g}, {"text_encoder": l, "text_encoder_2": g})
    save("sdxl.pt", {"clip_g": g, "clip_l": l}, {"text_encoder": l, "text_encoder_2": g})
    wide = torch.ones(1, 1280)
    save("second.safetensors", {"<my-style>": wide}, {"text_encoder_2": wide}, PT)
    save("list.pt", [{"a": one}], {})
    picture(three)
    expected["picture.png"] = {"text_encoder": three.tolist()}
    del expected["list.pt"]
    return expected


def picture(tensor):
    """The text chunk of A1111's pictures, without the copy in the pixels."""
    content = a1111({"TORCHTENSOR": tensor.tolist()}, name="drawn-word")
    info = PngInfo()
    info.add_text("sd-ti-embedding", base64.b64encode(json.dumps(content).encode()).decode())
    Image.new("RGB", (4, 4)).save(path("picture.png"), pnginfo=info)
    Image.new("RGB", (4, 4)).save(path("plain.png"))


LOADED = [("one.safetensors", None), ("three.safetensors", None), ("a1111.pt", None), ("flat.bin", "renamed"), ("kohya.safetensors", "<k>")]
PROMPTS = [
    "a photo of a cat",
    "a photo in <my-style>",
    "<trio>",
    "a <trio> cat, my-word beside <trio>, in <MY-STYLE>",
    "a renamed<k>old clock",
    "a photo " * 40 + "<trio>",
    "a cat " * 35 + "my-word cat <trio>",
]


def prompts():
    tokenizer = CLIPTokenizer.from_pretrained(os.path.join(HERE, "tokenizer-small"), model_max_length=77)
    folder = os.path.join(HERE, "tiny-checkpoints", "tiny-sd1")
    pipe = StableDiffusionPipeline.from_pretrained(folder, tokenizer=tokenizer, safety_checker=None)
    for name, token in LOADED:
        pipe.load_textual_inversion(OUT, weight_name=name, token=token)
    encoded, tensors = [], {}
    for index, prompt in enumerate(PROMPTS):
        converted = pipe.maybe_convert_prompt(prompt, pipe.tokenizer)
        ids = pipe.tokenizer(converted, padding="max_length", max_length=77, truncation=True).input_ids
        embeds, _ = pipe.encode_prompt(prompt, "cpu", 1, False)
        encoded.append({"prompt": prompt, "ids": ids})
        tensors[str(index)] = embeds.detach()
    save_file(tensors, path("prompts-encoded.safetensors"))
    table = pipe.text_encoder.get_input_embeddings().weight
    return {"loaded": LOADED, "prompts": encoded, "rows": table.shape[0]}


os.makedirs(OUT, exist_ok=True)
torch.manual_seed(0)
result = {"files": files(), "encoding": prompts()}
with open(path("expected.json"), "w") as file:
    json.dump(result, file)
    file.write("\n")
