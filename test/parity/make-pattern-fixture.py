"""Writes test/fixtures/lora/pattern-keys.json: which module paths PEFT's pattern keys mean.

Run from the repository root with a Python that has peft:
    python test/parity/make-pattern-fixture.py
"""

import json

import peft
from peft.utils.other import get_pattern_key

PATHS = [
    "mid_block.attn1.to_q", "mid_block.attn1.not_to_q", "to_q", "text_model.encoder.layers.10.mlp.fc1",
    "down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q", "a.b.to_q", "x.a.b.to_q", "aXb.to_q",
    "down_blocks.12.resnets.0.conv1", "down_blocks.1.attn2.to_out.0",
]
PATTERNS = [
    "to_q", "attn1.to_q", "^a.b.to_q", r"a\.b\.to_q", r"^mid_block\.attn1\.to_q", ".*to_q", ".*attn[12].*",
    r"down_blocks\.\d+\..*", "(?:to_q|to_k)", r"^(down|mid)_blocks?\.(\d\.)?att.*q$",
    r"layers\.1\d?\.mlp\.fc[^02]", r"down_blocks\.[0-9]{1,2}\.resnets.*conv1", "a.b.to_q",
    r"[\w.]+to_out\.0", "(a+)+q", "^to_q$", "to_[qkv]", r"(.*\.)*to_q", r"x?.{3}\.to_q",
    "attn2.to_out.0|fc1", "down_blocks.{3,}conv1", "b.to_q$", "[]x]", "to_q+?", "a{0}to_q",
]

# With nothing found the function returns the path itself: paths that are their own pattern are added below.
MATCHES = {p: [x for x in PATHS if get_pattern_key([p], x) == p and p != x] for p in PATTERNS}
MATCHES["to_q"].append("to_q")
MATCHES["a.b.to_q"].append("a.b.to_q")
with open("test/fixtures/lora/pattern-keys.json", "w") as file:
    json.dump({"peft": peft.__version__, "paths": PATHS, "matches": MATCHES}, file, indent=2)
    file.write("\n")
