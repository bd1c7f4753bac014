/**
 * @file Independent random numbers for each purpose and step, as a pure function of the run's seed:
 * a run that goes on from step n draws what it would have drawn without the interruption.
 */

import { createTorchGenerator, type TorchGenerator } from "@atelier/engine";

/** What random numbers are drawn for. */
export type RandomPurpose =
  | "latents"
  | "noise"
  | "noise-offset"
  | "noise-perturbation"
  | "timesteps"
  | "flip"
  | "caption"
  | "caption-dropout"
  | "crop"
  | `watch:${string}`
  | `dropout:${string}`;

/** A generator that depends on nothing but its arguments. */
export function randomStream(seed: number, purpose: RandomPurpose, index: number): TorchGenerator {
  return createTorchGenerator(hash32(`${seed}/${purpose}/${index}`));
}

/** FNV-1a over UTF-16 code units, then the finaliser of MurmurHash3, so that near texts differ widely. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
