"""How far PyTorch's resizing of bytes, which transformers' processors on torchvision use, is from Pillow's: bicubic,
antialiased, shortest edge 224.

python test/parity/compare-resizing.py
"""

import numpy as np
import PIL
import torch
from PIL import Image

EDGE = 224
random = np.random.default_rng(0)
print(f"Pillow {PIL.__version__}, torch {torch.__version__}")
for height, width in [(512, 512), (768, 512), (300, 400), (100, 90), (1200, 500)]:
    picture = Image.fromarray(random.integers(0, 256, (height, width, 3), dtype=np.uint8))
    short = min(height, width)
    rows, columns = EDGE * height // short, EDGE * width // short
    pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None]
    torchs = torch.nn.functional.interpolate(pixels, (rows, columns), mode="bicubic", antialias=True)
    pillows = torch.from_numpy(np.array(picture.resize((columns, rows), Image.BICUBIC)))
    levels = (torchs[0].permute(1, 2, 0).int() - pillows.int()).abs()
    share = (levels > 0).float().mean()
    print(f"{width}x{height}: at most {levels.max()} of 255 levels, {share:.1%} of values differ")
