"""Loads LoRA files into a diffusers pipeline and compares every weight change with an oracle.

    python test/parity/check-lora-in-diffusers.py <pipeline folder> <deltas.safetensors> <lora file>...

The oracle names each module as our LoraWeights do (test/parity/make-lora-fixture.py writes some).
Exits with 1 when a module is missing, left over, or differs by more than 1e-6.
"""

import os
import sys

from diffusers import StableDiffusionPipeline
from safetensors.torch import load_file


def deltas(pipeline):
    found = {}
    for prefix, model in (("unet.", pipeline.unet), ("text_encoder.text_model.", pipeline.text_encoder)):
        for name, module in model.named_modules():
            if hasattr(module, "get_delta_weight"):
                found[prefix + name] = module.get_delta_weight(module.active_adapters[0]).detach()
    return found


def check(folder, oracle, path):
    pipeline = StableDiffusionPipeline.from_pretrained(folder)
    pipeline.load_lora_weights(os.path.dirname(path) or ".", weight_name=os.path.basename(path))
    found = deltas(pipeline)
    odd = sorted(set(found) ^ set(oracle))
    errors = [(found[k] - oracle[k]).abs().max().item() for k in oracle if k in found]
    passed = not odd and max(errors) <= 1e-6
    print("ok  " if passed else "FAIL", path, f"{len(found)} modules, largest error {max(errors, default=0):.1e}", *odd)
    return passed


folder, oracle_path, *paths = sys.argv[1:]
oracle = load_file(oracle_path)
sys.exit(0 if all([check(folder, oracle, path) for path in paths]) else 1)
