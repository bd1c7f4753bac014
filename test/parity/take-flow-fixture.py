"""Takes a small part of a reference pipeline of flow matching, for tests on machines without the references.

    python test/parity/take-flow-fixture.py ../shared/fixtures/pipelines/sd3 test/fixtures/verify/pipelines/sd3 flow without_t5
    python test/parity/take-flow-fixture.py ../shared/fixtures/pipelines/flux1 test/fixtures/verify/pipelines/flux1 flow true_guidance

Needs safetensors and torch. Copies the model, the ids of its texts and what follows from them, and the named samples.
"""

import json
import os
import shutil
import sys

from safetensors.torch import load_file, save_file

source, target, *names = sys.argv[1:]
shutil.copytree(f"{source}/pipeline", f"{target}/pipeline", dirs_exist_ok=True)
expected = json.load(open(f"{source}/expected.json"))
samples = [sample for sample in expected["samples"] if sample["name"] in names]
if len(samples) != len(names):
    sys.exit(f"{source}: expected the samples {names}, got {[sample['name'] for sample in expected['samples']]}.")
kept = ("family", "made_with", "texts", "max_sequence_length", "tolerances")
small = {**{key: expected[key] for key in kept}, "samples": samples, "training": {}}
with open(f"{target}/expected.json", "w") as file:
    json.dump(small, file, indent=1)
    file.write("\n")
tensors = load_file(f"{source}/tensors.safetensors")
texts = ("tokens", "tokens_2", "tokens_3", "prompt_embeds", "pooled_prompt_embeds")
parts = ("latent", "image", "sigmas", "timesteps")
wanted = [*texts, *(f"sample.{name}.{part}" for name in names for part in parts)]
save_file({name: tensors[name] for name in wanted if name in tensors}, f"{target}/tensors.safetensors")
print(f"{os.path.getsize(f'{target}/tensors.safetensors')} bytes of tensors")
