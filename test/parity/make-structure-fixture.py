"""Structural similarity of two small pictures by scikit-image, pixel by pixel.

pip install scikit-image==0.26.0 numpy; python test/parity/make-structure-fixture.py
"""

import json
from pathlib import Path

import numpy as np
from skimage.metrics import structural_similarity

generator = np.random.default_rng(5)
height, width = 17, 23
rows, columns = np.mgrid[0:height, 0:width]
plain = np.stack([9 * rows + 20, 8 * columns + 30, 255 - 6 * (rows + columns) // 1], axis=-1)
a = np.clip(plain, 0, 255).astype(np.uint8)
a[4:12, 6:15] = [200, 40, 90]
b = np.clip(a + generator.normal(0, 25, a.shape), 0, 255).astype(np.uint8)
b[6:14, 7:16] = [190, 60, 80]
_, full = structural_similarity(
    a,
    b,
    data_range=255,
    channel_axis=2,
    gaussian_weights=True,
    sigma=1.5,
    use_sample_covariance=False,
    full=True,
)
fixture = {
    "width": width,
    "height": height,
    "a": a.ravel().tolist(),
    "b": b.ravel().tolist(),
    "similarity": [round(float(x), 9) for x in full.mean(axis=2).ravel()],
}
target = Path(__file__).parents[1] / "fixtures" / "metrics" / "structural-similarity.json"
target.write_text(json.dumps(fixture) + "\n")
