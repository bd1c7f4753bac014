/** @file Numbers of a model, for tests of what is made of them. */

import type { Quality, Verdicts } from "../recipe/report/quality.js";

const all = { right: 100, of: 100 };
const verdicts: Verdicts = { concept: all, pair: all, style: all, background: all, accessory: all };

/** A model that is as good as renders, except at dogs. */
export const tinyQuality: Quality = {
  sample: { prompts: 25, picturesPerPrompt: 4, steps: 20, guidanceScale: 3 },
  generated: verdicts,
  real: verdicts,
  concepts: {
    cat: { generated: all, real: all },
    dog: { generated: { right: 1, of: 4 }, real: all },
  },
  ...{ structure: 0.9, structureOfObject: 0.8, sharpness: 0.9 },
  autoencoder: { structure: 0.96, structureOfObject: 0.93, sharpness: 0.87 },
  cmmd: 1,
  kid: 0.001,
  diversity: { said: 0.01, unsaid: 0.2 },
  calibration: [
    { what: "a pizza", structureOfObject: 0.1, instance: 0 },
    { what: "the very same", structureOfObject: 1, instance: 1 },
  ],
  reconstruction: { pictures: 10, psnrDecibels: 30, worstPsnrDecibels: 25 },
  instanceJudge: { things: 64, heldOut: 0.9, unseenStyle: 0.5 },
  speed: { secondsPerPicture: 0.5, threads: 2, processor: "a processor" },
  size: { bytes: 28_400_000, parameters: { unet: 8_610_000, vae: 1_480_000 } },
  training: { steps: { vae: 7500, unet: 60_000 }, seconds: { vae: 3540, unet: 36_600 } },
  judges: { clip: "a judge", instance: "another judge" },
};
