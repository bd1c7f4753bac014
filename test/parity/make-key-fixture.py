"""Writes test/fixtures/keys/transformers.json: for every tensor of small SD 3, SD 3.5 and FLUX.1 transformers under
diffusers' name the tensor of a single file that diffusers' own converters take it from, with the rows.

Run from the repository root with a Python that has torch and diffusers:
    python test/parity/make-key-fixture.py
"""

import json
import os

import torch
from diffusers.loaders import single_file_utils

ROWS = 100_000


def stability(blocks, dual, normed):
    """Names and numbers of rows of an original MMDiT, 4 wide."""
    rows = {"pos_embed": 4, "x_embedder.proj.weight": 4, "x_embedder.proj.bias": 4}
    layers = ["t_embedder.mlp.0", "t_embedder.mlp.2", "y_embedder.mlp.0", "y_embedder.mlp.2"]
    layers = {name: 4 for name in [*layers, "context_embedder", "final_layer.linear"]}
    layers["final_layer.adaLN_modulation.1"] = 8
    for block in range(blocks):
        is_last = block == blocks - 1
        for half in ["x", "context"]:
            name = f"joint_blocks.{block}.{half}_block"
            is_dual = half == "x" and block in dual
            is_end = is_last and half == "context"
            layers[f"{name}.adaLN_modulation.1"] = 8 if is_end else 36 if is_dual else 24
            attentions = ["attn", "attn2"] if is_dual else ["attn"]
            for attention in attentions:
                layers[f"{name}.{attention}.qkv"] = 12
                if not is_end:
                    layers[f"{name}.{attention}.proj"] = 4
                if normed:
                    rows |= {f"{name}.{attention}.ln_{part}.weight": 2 for part in "qk"}
            if not is_end:
                layers |= {f"{name}.mlp.fc1": 16, f"{name}.mlp.fc2": 4}
    return rows | {f"{name}.{kind}": n for name, n in layers.items() for kind in ["weight", "bias"]}


def black_forest(doubles, singles, guidance):
    """Those of an original FLUX.1; diffusers' converter works for its published width alone."""
    width = 3072
    rows = {}
    layers = {"img_in": width, "txt_in": width, "final_layer.linear": 64}
    layers["final_layer.adaLN_modulation.1"] = 2 * width
    for name in ["time_in", "vector_in"] + (["guidance_in"] if guidance else []):
        layers |= {f"{name}.in_layer": width, f"{name}.out_layer": width}
    for block in range(doubles):
        for half in ["img", "txt"]:
            name = f"double_blocks.{block}.{half}"
            layers |= {f"{name}_mod.lin": 6 * width, f"{name}_attn.qkv": 3 * width}
            layers |= {f"{name}_attn.proj": width, f"{name}_mlp.0": 4 * width, f"{name}_mlp.2": width}
            rows |= {f"{name}_attn.norm.{part}_norm.scale": 128 for part in ["query", "key"]}
    for block in range(singles):
        name = f"single_blocks.{block}"
        layers |= {f"{name}.modulation.lin": 3 * width, f"{name}.linear1": 7 * width}
        layers[f"{name}.linear2"] = width
        rows |= {f"{name}.norm.{part}_norm.scale": 128 for part in ["query", "key"]}
    return rows | {f"{name}.{kind}": n for name, n in layers.items() for kind in ["weight", "bias"]}


def trace(rows, convert):
    """Every row of every tensor has a number of its own, by which it is known behind the converter."""
    names = list(rows)
    numbered = {
        name: torch.arange(count, dtype=torch.float64) + ROWS * index
        for index, (name, count) in enumerate(rows.items())
    }
    result = {}
    for name, tensor in convert(numbered).items():
        numbers = tensor.long().tolist()
        source = names[numbers[0] // ROWS]
        first, last = numbers[0] % ROWS, numbers[-1] % ROWS
        result[name] = [source, first, last] if last - first + 1 != rows[source] else [source]
    return result


def flux(guidance):
    rows = black_forest(2, 2, guidance)
    return trace(rows, lambda state: single_file_utils.convert_flux_transformer_checkpoint_to_diffusers(state))


def mmdit(*args):
    rows = stability(*args)
    return trace(rows, lambda state: single_file_utils.convert_sd3_transformer_checkpoint_to_diffusers(state))


os.makedirs("test/fixtures/keys", exist_ok=True)
with open("test/fixtures/keys/transformers.json", "w") as file:
    maps = {
        "sd3": mmdit(3, [], False),
        "sd35": mmdit(3, [0, 1], True),
        "flux-dev": flux(True),
        "flux-schnell": flux(False),
    }
    lines = [
        f"  {json.dumps(name)}: {{\n"
        + ",\n".join(f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in keys.items())
        + "\n  }"
        for name, keys in maps.items()
    ]
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
