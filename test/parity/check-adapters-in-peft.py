"""Loads adapters that Atelier saved into diffusers and PEFT and compares what each makes of the weights.

    python test/parity/check-adapters-in-peft.py <pipeline folder> <run folder>...

A run folder is one of `atelier lora --formats both`. The kohya file is merged here by the formulas of
LyCORIS; `pytorch_lora_weights.safetensors` is loaded by diffusers, `peft/<component>` by PEFT, and their
merged weights must be the same. Exits with 1 when a tensor is not used, a module is missing, or a weight
differs by more than 1e-5 of the largest change.
"""

import glob
import os
import sys
import warnings

import torch
from diffusers import StableDiffusionPipeline
from peft import PeftModel
from safetensors.torch import load_file

SUFFIXES = ("lora_down.weight", "lora_up.weight", "dora_scale", "alpha", "hada_w1_a", "hada_w1_b", "hada_w2_a",
            "hada_w2_b", "lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b")


def merged(weight, parts):
    """The weight with one module of a kohya file, as LyCORIS rebuilds it."""
    parts = {key: value.double() for key, value in parts.items()}
    weight = weight.double()
    alpha = parts["alpha"].item()
    if "lora_down.weight" in parts:
        down, up = parts["lora_down.weight"], parts["lora_up.weight"]
        change = alpha / down.shape[0] * (up.flatten(1) @ down.flatten(1)).reshape(weight.shape)
    elif "hada_w1_a" in parts:
        rank = parts["hada_w1_b"].shape[0]
        change = (parts["hada_w1_a"] @ parts["hada_w1_b"]) * (parts["hada_w2_a"] @ parts["hada_w2_b"])
        change = alpha / rank * change.reshape(weight.shape)
    else:
        whole = "lokr_w1" in parts and "lokr_w2" in parts
        w1 = parts["lokr_w1"] if "lokr_w1" in parts else parts["lokr_w1_a"] @ parts["lokr_w1_b"]
        w2 = parts["lokr_w2"] if "lokr_w2" in parts else parts["lokr_w2_a"] @ parts["lokr_w2_b"]
        rank = 1 if whole else (parts["lokr_w2_b"] if "lokr_w2_b" in parts else parts["lokr_w1_b"]).shape[0]
        w2 = w2.reshape(w2.shape[0], weight.shape[1] // w1.shape[1], *weight.shape[2:])
        w1 = w1.reshape(*w1.shape, *[1] * (w2.dim() - 2))
        change = (1 if whole else alpha / rank) * torch.kron(w1, w2)
    if "dora_scale" not in parts:
        return weight + change
    changed = weight + change
    return changed * parts["dora_scale"] / changed.flatten(1).norm(dim=1).reshape(-1, *[1] * (weight.dim() - 1))


def modules_of(path):
    """Parts of the modules of a kohya file by name; fails on a tensor of no known kind."""
    modules = {}
    for key, value in load_file(path).items():
        suffix = next(suffix for suffix in SUFFIXES if key.endswith("." + suffix))
        modules.setdefault(key.removesuffix("." + suffix), {})[suffix] = value
    return modules


def weights_of(model, prefix):
    return {name: module.weight.detach().clone() for name, module in model.named_modules()
            if isinstance(getattr(module, "weight", None), torch.Tensor) and "base_layer" not in name}


def kohya_name(component, path):
    if component == "unet":
        return "lora_unet_" + path.replace(".", "_")
    return "lora_te_text_model_" + path.removeprefix("text_model.").replace(".", "_")


def merge_layers(model):
    """Merges every adapted layer and returns the merged weights by path."""
    found = {}
    for name, module in model.named_modules():
        if hasattr(module, "base_layer") and hasattr(module, "merge"):
            module.merge()
            found[name.removeprefix("base_model.model.")] = module.base_layer.weight.detach()
    return found


def fresh(folder):
    return StableDiffusionPipeline.from_pretrained(folder, safety_checker=None)


def compare(label, expected, found):
    odd = sorted(set(expected) ^ set(found))
    errors = [(found[k].double() - expected[k][1]).abs().max().item() for k in expected if k in found]
    scale = max((after - before.double()).abs().max().item() for before, after in expected.values())
    passed = not odd and len(errors) > 0 and max(errors) <= 1e-5 * max(scale, 0.1)
    print("ok  " if passed else "FAIL", label, f"{len(found)} modules, largest error {max(errors, default=9):.1e}",
          f"of a change of {scale:.1e}", *odd[:5])
    return passed


def check(folder, run):
    plain = fresh(folder)
    [kohya] = [path for path in glob.glob(f"{run}/*.safetensors") if "pytorch_lora" not in path]
    modules = modules_of(kohya)
    expected, used = {}, set()
    for component, model in (("unet", plain.unet), ("text_encoder", plain.text_encoder)):
        for path, weight in weights_of(model, component).items():
            name = kohya_name(component, path)
            if name in modules:
                used.add(name)
                expected[component, path] = (weight, merged(weight, modules[name]))
    results = [not set(modules) - used]
    label = os.path.basename(run)
    if not results[0]:
        print("FAIL", label, "unused", sorted(set(modules) - used)[:5])

    def loaded(pipe):
        return {(component, path): weight for component in ("unet", "text_encoder")
                for path, weight in merge_layers(getattr(pipe, component)).items()}

    kinds = {suffix for parts in modules.values() for suffix in parts}
    if "lora_down.weight" in kinds:
        pipe = fresh(folder)
        pipe.load_lora_weights(run, weight_name="pytorch_lora_weights.safetensors")
        results.append(compare(f"{label}: diffusers file in diffusers", expected, loaded(pipe)))
        # diffusers leaves the magnitudes of kohya's names out, and says so.
        if "dora_scale" not in kinds:
            pipe = fresh(folder)
            pipe.load_lora_weights(run, weight_name=os.path.basename(kohya))
            results.append(compare(f"{label}: kohya file in diffusers", expected, loaded(pipe)))
    else:
        pipe, found = fresh(folder), {}
        for component in ("unet", "text_encoder"):
            own = f"{run}/peft/{component}"
            if os.path.exists(own):
                keys = load_file(f"{own}/adapter_model.safetensors")
                with warnings.catch_warnings():
                    warnings.filterwarnings("error", message=".*missing adapter keys.*")  # PEFT only warns of tensors that it misses.
                    model = PeftModel.from_pretrained(getattr(pipe, component), own)
                state = model.state_dict()
                unused = [k for k in keys if k + ".default" not in state and k.replace(".weight", ".default.weight") not in state]
                if unused:
                    print("FAIL", label, "unused", unused[:3])
                    results.append(False)
                found |= {(component, path): weight for path, weight in merge_layers(model).items()}
        results.append(compare(f"{label}: PEFT folders in PEFT", expected, found))
    return all(results)


folder, *runs = sys.argv[1:]
sys.exit(0 if all([check(folder, run.rstrip("/")) for run in runs]) else 1)
