"""Loads embedding files into a diffusers pipeline and compares the rows of its text encoder.

    python test/parity/check-embeddings-in-diffusers.py <oracle.safetensors> <embedding file>...

The oracle is a diffusers file of one token; every other file must hold the same vectors, whatever
its form. Exits with 1 when one cannot be loaded or differs.
"""

import os
import sys

import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import load_file
from transformers import CLIPTokenizer

HERE = "test/fixtures"


def rows(path, token):
    tokenizer = CLIPTokenizer.from_pretrained(os.path.join(HERE, "tokenizer-small"), model_max_length=77)
    pipe = StableDiffusionPipeline.from_pretrained(os.path.join(HERE, "tiny-checkpoints", "tiny-sd1"), tokenizer=tokenizer, safety_checker=None)
    before = len(pipe.tokenizer)
    pipe.load_textual_inversion(os.path.dirname(path) or ".", weight_name=os.path.basename(path), token=token)
    return pipe.text_encoder.get_input_embeddings().weight.detach()[before:]


oracle_path, *paths = sys.argv[1:]
[oracle] = load_file(oracle_path).values()
failures = 0
for path in paths:
    found = rows(path, "<checked>")
    passed = torch.equal(found, oracle)
    failures += not passed
    print("ok  " if passed else "FAIL", path, tuple(found.shape))
sys.exit(1 if failures else 0)
