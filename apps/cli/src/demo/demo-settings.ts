/**
 * @file How the demo trains and draws: every choice in one place. A base that is named is
 * trained as the embedded one would be.
 */

import { embeddedBaseName, trainingAdvice } from "@atelier/base/embedded";
import { completeConfig, parseTrainConfig, type TrainConfig } from "@atelier/diffusion/train";
import type { DemoPart } from "./demo-clock.js";

/** Where a training reads and writes. */
export interface DemoTraining {
  /** The base's folder or file; the embedded base where it is absent. */
  readonly base: string | undefined;
  /** Folder of captioned pictures. */
  readonly pictures: string;
  /** Folder of what is remembered beside them. */
  readonly memory: string;
  /** Folder that the training makes. */
  readonly run: string;
  readonly steps: number;
  readonly seed: number;
  readonly device: { readonly backend: "cpu" | "webgpu" | "cuda"; readonly threads?: number };
}

/** Name of the adapter and its files. */
export const adapterName = "mascot";

/** Steps of the training. */
export const defaultSteps = 250;

/** Each prompt is drawn with this seed and the ones that follow. */
export const firstSeed = 7;

/** Pictures of each prompt, before and after. */
export const picturesPerPrompt = 4;

/** Seconds that the parts take on two cores of a server, to foretell how long the demo takes. */
export function expectedSeconds(steps: number): Readonly<Record<DemoPart, number>> {
  return { before: 10, train: 3 + 0.13 * steps, after: 9, judge: 7 };
}

/** The training's config. @throws AtelierError `config` for numbers out of range. */
export function demoTrainConfig(training: DemoTraining): TrainConfig {
  const { base, pictures, memory, run, steps, seed, device } = training;
  // What the base is called is its own.
  const { base: _, ...advice } = trainingAdvice;
  const given = parseTrainConfig({
    name: adapterName,
    base: { path: base ?? embeddedBaseName },
    // What is new is shown twice as often as what is remembered.
    data: { folder: pictures, repeats: 2, folders: [{ folder: memory, repeats: 1 }] },
    steps,
    seed,
    samples: { everySteps: 0 },
    // It shows what all pictures teach, in a time that is foretold; a judge measures what came of it.
    watch: { share: 0 },
    saveEverySteps: 0,
    output: { run },
    device,
  });
  return completeConfig(given, advice);
}
