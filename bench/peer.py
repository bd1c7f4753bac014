"""The same training step in diffusers and peft on PyTorch, for `npm run bench -- --peer python`.

Prints one JSON line as step-worker.js does.
Usage: python peer.py <config.json> <batch> <latent size> <lora|full> <steps>
"""

import json
import resource
import sys
import time

started = time.time()
import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig

config_path, batch, size, mode, steps = sys.argv[1:6]
batch, size, steps = int(batch), int(size), int(steps)
torch.set_num_threads(2)
torch.manual_seed(0)
config = json.load(open(config_path))
model = UNet2DConditionModel(**config).train()
if mode == "lora":
    model.requires_grad_(False)
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    model.add_adapter(
        LoraConfig(r=4, lora_alpha=4, target_modules=targets, init_lora_weights="gaussian")
    )
trained = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=1e-4)
sample = torch.randn(batch, 4, size, size)
target = torch.randn(batch, 4, size, size)
text = torch.randn(batch, 77, config["cross_attention_dim"])
timestep = torch.full((batch,), 500)

seconds = []
for _ in range(steps):
    start = time.time()
    prediction = model(sample, timestep, text).sample
    torch.nn.functional.mse_loss(prediction, target).backward()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    optimizer.zero_grad()
    seconds.append(time.time() - start)

print(
    json.dumps(
        {
            "secondsBeforeFirstStep": time.time() - started - sum(seconds),
            "firstStep": seconds[0],
            "seconds": seconds[1:],
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
)
