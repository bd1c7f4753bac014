"""Makes test/fixtures/gguf: a GGUF file with a tensor of every type that is read, and the values of each.

The blocks are random bytes with scales of moderate size; the gguf package says what they are worth. And numbers
(heavy tails, a block of zeros, a single spike) with what the package rounds them to.

    pip install gguf==0.19.0 safetensors numpy
    python test/parity/make-gguf-fixture.py
"""

from pathlib import Path

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFWriter
from gguf.quants import dequantize, quantize
from safetensors.numpy import save_file

out = Path(__file__).parent.parent / "fixtures" / "gguf"
out.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(7)
rows, columns = 3, 512
packed = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K"]

# Where in a block float16 scales lie.
scales = {"Q4_1": [0, 2], "Q5_1": [0, 2], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}

writer = GGUFWriter(str(out / "types.gguf"), "flux")
writer.add_name("every type")
expected = {}
for name in packed:
    kind = GGMLQuantizationType[name]
    size, width = GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (rows, columns // size, width), dtype=np.uint8)
    for at in scales.get(name, [0]):
        halves = random.uniform(-0.1, 0.1, blocks.shape[:2]).astype(np.float16)
        blocks[..., at : at + 2] = halves[..., None].view(np.uint8)
    data = blocks.reshape(rows, -1)
    writer.add_tensor(name, data, raw_dtype=kind)
    expected[name] = dequantize(data, kind).astype(np.float32).reshape(rows, columns)
floats = random.standard_normal((2, 5)).astype(np.float32)
writer.add_tensor("F32", floats)
expected["F32"] = floats
writer.add_tensor("F16", floats.astype(np.float16))
expected["F16"] = floats.astype(np.float16).astype(np.float32)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
save_file(expected, str(out / "values.safetensors"))

numbers = random.standard_t(3, (4, 256)).astype(np.float32) * np.float32(0.03)
numbers[1, :32] = 0
numbers[2, :32] = 0
numbers[2, 5] = -0.7
rounded = {"numbers": numbers}
for name in ["Q4_0", "Q8_0"]:
    kind = GGMLQuantizationType[name]
    rounded[name] = dequantize(quantize(numbers, kind), kind).astype(np.float32)
save_file(rounded, str(out / "rounded.safetensors"))
