"""Merges adapters in PEFT and compares the changes of the weights with those of `atelier merge`.

    python test/parity/check-merge-in-peft.py <model folder> <merged file> <adapter file>:<weight>... [--rank N]

Files are kohya's or diffusers', loaded by diffusers. Without --rank the merged file must be PEFT's `cat`
combination; with it, as made by `atelier merge --rank N`, its `svd` combination of that rank. Where several
matrices are as near to the sum as the best one of rank N, none is asked for: the distance to the sum is
compared, where several adapters meet (PEFT leaves a single one at its rank). Exits with 1 when a change
differs by more than 1e-5 of the largest.
"""

import argparse
import os
import sys

import torch
from diffusers import StableDiffusionPipeline
from peft.tuners.lora import LoraModel


def load(pipe, path, name):
    pipe.load_lora_weights(os.path.dirname(path) or ".", weight_name=os.path.basename(path), adapter_name=name)


def changes(pipe, name):
    """Changes of all weights by one adapter, in float64."""
    found = {}
    for component in ("unet", "text_encoder"):
        for path, module in getattr(pipe, component).named_modules():
            if hasattr(module, "get_delta_weight") and name in module.lora_A.keys():
                found[f"{component}.{path}"] = module.get_delta_weight(name).detach().double()
    return found


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model")
parser.add_argument("merged")
parser.add_argument("adapters", nargs="+")
parser.add_argument("--rank", type=int)
args = parser.parse_args()

pipe = StableDiffusionPipeline.from_pretrained(args.model, safety_checker=None)
names, weights = [], []
for index, text in enumerate(args.adapters):
    path, _, weight = text.rpartition(":")
    names.append(f"part{index}")
    weights.append(float(weight))
    load(pipe, path, names[-1])
load(pipe, args.merged, "ours")
for component in ("unet", "text_encoder"):
    model = getattr(pipe, component)
    if getattr(model, "peft_config", None):
        own = [name for name in names if name in model.peft_config]
        tuner = LoraModel.__new__(LoraModel)
        torch.nn.Module.__init__(tuner)
        tuner.model = model
        tuner.peft_config = model.peft_config
        tuner.targeted_module_names, tuner.targeted_parameter_names = [], []
        tuner.active_adapter = own[0]
        tuner.add_weighted_adapter(own, [weights[names.index(name)] for name in own], "theirs",
                                   combination_type="cat" if args.rank is None else "svd", svd_rank=args.rank)
theirs, ours = changes(pipe, "theirs"), changes(pipe, "ours")
parts = [changes(pipe, name) for name in names]
odd = sorted(set(theirs) ^ set(ours))
scale = max(change.abs().max().item() for change in theirs.values())
if args.rank is None:
    errors = [(ours[key] - theirs[key]).abs().max().item() / scale for key in theirs if key in ours]
else:
    wanted = {key: sum(weight * part[key] for weight, part in zip(weights, parts) if key in part) for key in theirs}
    errors = [abs((ours[key] - wanted[key]).norm() - (theirs[key] - wanted[key]).norm()).item() / scale
              for key in theirs if key in ours and sum(key in part for part in parts) > 1]
passed = not odd and len(errors) > 0 and max(errors) <= 1e-5
print("ok  " if passed else "FAIL", args.merged, f"{len(errors)} modules, largest error {max(errors, default=9):.1e}", *odd[:5])
sys.exit(0 if passed else 1)
