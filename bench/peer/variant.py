"""What a user of PyTorch can switch on to train and draw faster on a processor, by name.

A variant's name joins parts by "+"; "fp32" is PyTorch as it comes. "keep-memory" is a matter of the
environment (bench/src/peer/variants.ts) and changes nothing here.
"""

import torch
from diffusers.models.upsampling import Upsample2D

PARTS = (
    ["fp32", "keep-memory", "fused", "foreach"]
    + ["medium", "bf16", "bf16-base", "channels-last", "compile-blocks", "compile"]
)


class Variant:
    def __init__(self, name):
        self.parts = name.split("+")
        unknown = [part for part in self.parts if part not in PARTS]
        if unknown:
            raise SystemExit(f"variant: expected parts of {', '.join(PARTS)}, got {', '.join(unknown)}.")
        if "medium" in self.parts:
            # oneDNN's products instead of MKL's, in bfloat16 where the processor has tiles for it.
            torch.set_float32_matmul_precision("medium")
        if "compile" in self.parts and self.is_narrow:
            # Compiled by PyTorch 2.13 as part of a UNet, it hands no gradient on in bfloat16: nothing before it
            # would train.
            Upsample2D.forward = torch.compiler.disable(Upsample2D.forward)

    @property
    def is_narrow(self):
        return "bf16" in self.parts or "bf16-base" in self.parts

    @property
    def frozen_dtype(self):
        """What weights that do not train are stored in."""
        return torch.bfloat16 if "bf16-base" in self.parts else torch.float32

    def place(self, module):
        """Lays a model's weights out, and narrows those that do not train."""
        for tensor in [*module.parameters(), *module.buffers()]:
            if tensor.is_floating_point() and not tensor.requires_grad:
                tensor.data = tensor.data.to(self.frozen_dtype)
        return module.to(memory_format=torch.channels_last) if "channels-last" in self.parts else module

    def laid_out(self, pictures):
        """Pictures or latents as a model's convolutions want them."""
        pictures = pictures.to(self.frozen_dtype)
        if "channels-last" in self.parts:
            return pictures.contiguous(memory_format=torch.channels_last)
        return pictures

    def autocast(self):
        """What forward passes run in."""
        return torch.autocast("cpu", torch.bfloat16, enabled=self.is_narrow)

    def compiled(self, function):
        return torch.compile(function, dynamic=False) if "compile" in self.parts else function

    def compiled_unet(self, unet):
        if "compile-blocks" in self.parts:
            unet.compile_repeated_blocks(dynamic=False)
        return self.compiled(unet)

    def adam_w(self, parameters):
        fused, foreach = [True if part in self.parts else None for part in ("fused", "foreach")]
        return torch.optim.AdamW(parameters, lr=1e-4, fused=fused, foreach=foreach)
