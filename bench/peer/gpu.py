"""LoRA steps in diffusers and peft on a graphics card, for bench/gpu/run.sh: weights and activations in bfloat16,
fused AdamW, channels last for convolutions, blocks computed again where ours are.

Prints one JSON line as gpu/step.js does.
Usage: python gpu.py <model> <edge> <steps> <config.json of the model> <checkpointing: 0 or 1>
"""

import json
import sys
import time

started = time.time()

import torch
from diffusers import FluxTransformer2DModel, UNet2DConditionModel
from peft import LoraConfig

name, edge, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(sys.argv[4]) as file:
    config = json.load(file)
# Without a card only whether it runs can be seen.
device, dtype = torch.device("cuda" if torch.cuda.is_available() else "cpu"), torch.bfloat16
synchronize = torch.cuda.synchronize if device.type == "cuda" else lambda: None
torch.manual_seed(0)
torch.set_default_dtype(dtype)
with device:
    model = (FluxTransformer2DModel if name == "flux" else UNet2DConditionModel)(**config)
model.requires_grad_(False).train()
if sys.argv[5] == "1":
    model.enable_gradient_checkpointing()
targets = ["to_q", "to_k", "to_v", "to_out.0", "add_q_proj", "add_k_proj", "add_v_proj", "to_add_out"]
model.add_adapter(LoraConfig(r=16, lora_alpha=16, target_modules=targets, init_lora_weights="gaussian"))
trained = [p for p in model.parameters() if p.requires_grad]
for p in trained:
    p.data = p.data.float()
optimizer = torch.optim.AdamW(trained, lr=1e-4, fused=True)


def random(*shape):
    return torch.randn(*shape, device=device, dtype=dtype)


if name == "flux":
    side = edge // 16
    ids = torch.stack(torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij"), -1).reshape(-1, 2)
    image_ids = torch.cat([torch.zeros(side * side, 1), ids.float()], 1).to(device)
    inputs = {
        "hidden_states": random(1, side * side, 64),
        "encoder_hidden_states": random(1, 512, 4096),
        "pooled_projections": random(1, 768),
        "timestep": torch.tensor([0.5], device=device, dtype=dtype),
        "guidance": torch.tensor([1.0], device=device, dtype=dtype),
        "img_ids": image_ids,
        "txt_ids": torch.zeros(512, 3, device=device),
    }
    target = random(1, side * side, 64)
else:
    model.to(memory_format=torch.channels_last)
    size = edge // 8
    inputs = {
        "sample": random(1, 4, size, size).contiguous(memory_format=torch.channels_last),
        "timestep": torch.tensor([500], device=device),
        "encoder_hidden_states": random(1, 77, config["cross_attention_dim"]),
    }
    if config.get("addition_embed_type") == "text_time":
        inputs["added_cond_kwargs"] = {"text_embeds": random(1, 1280), "time_ids": random(1, 6)}
    target = random(1, 4, size, size)

seconds, losses = [], []
for _ in range(steps):
    synchronize()
    start = time.time()
    with torch.autocast(device.type, dtype=dtype):
        prediction = model(**inputs, return_dict=False)[0]
        loss = torch.nn.functional.mse_loss(prediction.float(), target.float())
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    losses.append(loss.item())
    seconds.append(time.time() - start)

record = {
    "secondsBeforeFirst": time.time() - started - sum(seconds),
    "firstSeconds": seconds[0],
    "seconds": seconds[1:],
    "peakBytes": torch.cuda.max_memory_allocated() if device.type == "cuda" else 0,
    "checks": losses,
}
print(json.dumps(record))
