"""First values of adapters as PEFT draws or computes them, and other numbers of packages/diffusion/src/tuning.

python test/parity/make-adapter-init.py test/fixtures/tiny-checkpoints/tiny-sd1 test/fixtures/training/adapter-init.json

Of every layer of the UNet and for every part: shape, sum of absolute values, first and last value. Of
PiSSA the product of both factors, since singular vectors may change their signs. Besides: singular
values and the nearest matrix of a rank by numpy, and max-norm scaling by the formula of kohya's
`apply_max_norm_regularization`.
"""

import json
import sys

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from peft import LoHaConfig, LoKrConfig, LoraConfig, get_peft_model

LAYERS = r".*(to_q|to_k|to_v|to_out\.0|ff\.net\.0\.proj|ff\.net\.2|conv1|conv_shortcut|time_emb_proj)$"
# PiSSA of PEFT knows matrices only.
LINEAR = r".*(to_q|to_k|to_v|to_out\.0|ff\.net\.0\.proj|ff\.net\.2|time_emb_proj)$"

CASES = {
    "dora": LoraConfig(r=3, lora_alpha=3, use_dora=True, init_lora_weights="gaussian", target_modules=LAYERS),
    "loha": LoHaConfig(r=3, alpha=3, init_weights=True, target_modules=LAYERS),
    "lokr": LoKrConfig(r=3, alpha=3, init_weights=True, target_modules=LAYERS),
    "lokr-lycoris": LoKrConfig(r=3, alpha=3, init_weights="lycoris", target_modules=LAYERS),
    "lokr-both": LoKrConfig(r=1, alpha=1, decompose_both=True, decompose_factor=4, target_modules=LAYERS),
    "pissa": LoraConfig(r=3, lora_alpha=6, init_lora_weights="pissa", target_modules=LINEAR),
}
PARTS = {
    "lora_A": "down", "lora_B": "up", "lora_magnitude_vector": "magnitude",
    **{f"hada_{part}": part for part in ("w1_a", "w1_b", "w2_a", "w2_b")},
    **{f"lokr_{part}": part for part in ("w1", "w1_a", "w1_b", "w2", "w2_a", "w2_b")},
}


def describe(value):
    flat = value.detach().flatten().double()
    return [list(value.shape), flat.abs().sum().item(), flat[0].item(), flat[-1].item()]


source, target = sys.argv[1:]
result = {}
for name, config in CASES.items():
    model = UNet2DConditionModel.from_pretrained(f"{source}/unet")
    torch.manual_seed(7)
    adapted = get_peft_model(model, config)
    found = {}
    for key, value in adapted.named_parameters():
        path, _, rest = key.removeprefix("base_model.model.").partition(".default")[0].rpartition(".")
        if rest in PARTS:
            found.setdefault(path, {})[PARTS[rest]] = value
    if name == "pissa":
        for path, parts in found.items():
            found[path] = {"product": parts["up"] @ parts["down"]}
    result[name] = {path: {part: describe(value) for part, value in parts.items()} for path, parts in found.items()}


def random(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# Column j is scaled by decay^j; a decay of 1 leaves no gap between singular values.
result["svd"] = []
for rows, columns, rank, decay in [(7, 5, 3, 1), (5, 9, 9, 0.7), (60, 96, 4, 1), (300, 200, 6, 0.97), (150, 260, 5, 0.95)]:
    matrix = (random(rows, rows, columns) * decay ** torch.arange(columns)).double().numpy()
    u, values, v = np.linalg.svd(matrix, full_matrices=False)
    nearest = (u[:, :rank] * values[:rank]) @ v[:rank]
    result["svd"].append({
        "rows": rows, "columns": columns, "rank": rank, "decay": decay, "values": values[:rank].tolist(),
        "nearest": describe(torch.from_numpy(nearest))})

result["max-norm"] = []
for down, up, alpha, limit in [((3, 8), (6, 3), 6, 1.0), ((3, 8), (6, 3), 6, 1e3), ((2, 4, 3, 3), (5, 2, 1, 1), 1, 0.5)]:
    down, up = random(1, *down), random(2, *up)
    change = (up.flatten(1) @ down.flatten(1)) * alpha / down.shape[0]
    norm = change.norm().clamp(min=limit / 2)
    share = (norm.clamp(max=limit) / norm) ** 0.5
    result["max-norm"].append({
        "alpha": alpha, "limit": limit, "down": describe(down * share), "up": describe(up * share)})

with open(target, "w") as file:
    json.dump(result, file)
