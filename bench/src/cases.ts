/** @file What is measured, by the names that `--only` takes. */

import type { Case } from "./case.js";
import { pictureCase } from "./picture-case.js";
import { startCase } from "./start-case.js";
import { stepCase } from "./step-case.js";

/** Cases in the order of the report. */
export const cases: Readonly<Record<string, Case>> = {
  "small-lora": stepCase({
    title: "16.5 M UNet, batch 8, 16×16: LoRA step",
    preset: "small-16",
    mode: "lora",
    steps: 20,
    tried: 8,
  }),
  "small-full": stepCase({
    title: "16.5 M UNet, batch 8, 16×16: full step, AdamW",
    preset: "small-16",
    mode: "full",
    steps: 24,
    tried: 8,
  }),
  "embedded-full": stepCase({
    title: "UNet of the embedded base, batch 16, 16×16: full step, AdamW",
    preset: "embedded",
    mode: "full",
    steps: 16,
    tried: 8,
  }),
  "small-dreambooth": stepCase({
    title: "16.5 M UNet, 4 pictures and 4 of the class: DreamBooth step, AdamW",
    preset: "small-16",
    mode: "dreambooth",
    steps: 24,
    tried: 8,
  }),
  "small-word": stepCase({
    title: "16.5 M UNet, batch 8, 12 text layers: Textual Inversion step",
    preset: "small-16",
    mode: "textual-inversion",
    steps: 20,
    tried: 8,
  }),
  "sd15-32": stepCase({
    title: "SD 1.5-size UNet, batch 1, 32×32: LoRA step",
    preset: "sd15-32",
    mode: "lora",
    steps: 5,
    tried: 3,
  }),
  "sd15-64": stepCase({
    title: "SD 1.5-size UNet, batch 1, 64×64: LoRA step",
    preset: "sd15-64",
    mode: "lora",
    steps: 4,
    tried: 2,
  }),
  "sd15-64-full": stepCase({
    title: "SD 1.5-size UNet, batch 1, 64×64: full step, AdamW",
    preset: "sd15-64",
    mode: "full",
    steps: 3,
    tried: 2,
  }),
  "sd15-64-fp16": stepCase({
    title: "SD 1.5-size UNet, batch 1, 64×64, from weights in float16: LoRA step",
    preset: "sd15-64-fp16",
    mode: "lora",
    steps: 4,
    tried: 2,
  }),
  "sd15-64-bf16": stepCase({
    title: "SD 1.5-size UNet, batch 1, 64×64, from weights in bfloat16: LoRA step",
    preset: "sd15-64-bf16",
    mode: "lora",
    steps: 4,
    tried: 2,
  }),
  "sdxl-128-fp16": stepCase({
    title: "SDXL-size UNet, batch 1, 128×128, blocks computed again, from float16: LoRA step",
    preset: "sdxl-128-fp16",
    mode: "lora",
    steps: 3,
    tried: 1,
  }),
  "sd15-picture": pictureCase({
    title: "SD 1.5-size, 512×512, 20 steps of DDIM with guidance: one picture",
    model: "sd15",
    edge: 512,
    steps: 20,
  }),
  "start-embedded": startCase({
    title: "`atelier lora`, embedded base, three pictures: command to first step",
    isCached: false,
  }),
  "start-sd15": startCase({
    title: "`atelier lora`, SD 1.5-size at 512×512, three pictures: command to first step",
    model: "sd15",
    isCached: false,
  }),
  "start-sd15-cached": startCase({
    title: "`atelier lora`, SD 1.5-size, latents at hand: command to first step",
    model: "sd15",
    isCached: true,
  }),
};
