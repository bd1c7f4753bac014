/** @file Cases of training steps: step-worker.js beside bench/peer/step.py. */

import { fileURLToPath } from "node:url";
import { componentParameters } from "@atelier/diffusion/families";
import { readUNetConfig } from "@atelier/diffusion/models";
import { sizeOf } from "@atelier/engine";
import { trainingEnvironment } from "@atelier/engine/node";
import type { Case, Peer } from "./case.js";
import { runWorker } from "./measurement.js";
import { axesWithoutOptimizer, trainingAxes } from "./peer/variants.js";
import { type Preset, presets, smallText } from "./presets.js";

/** A training step. */
export interface StepCase {
  readonly title: string;
  /** A name of presets.ts. */
  readonly preset: string;
  readonly mode: "lora" | "full" | "dreambooth" | "textual-inversion";
  /** Of each round, the first of which does not count. */
  readonly steps: number;
  /** That count while a variant of the peer is tried. */
  readonly tried: number;
}

/** A line of the report. @throws Error for a preset that there is not. */
export function stepCase({ title, preset: name, mode, steps, tried }: StepCase): Case {
  const preset = presets[name];
  if (preset === undefined)
    throw new Error(`bench: expected ${Object.keys(presets).join(", ")}, got "${name}".`);
  const { config, batch, size, recomputes } = preset;
  const trainsAll = mode === "full" || mode === "dreambooth";
  // An adapter's update takes milliseconds.
  const isOptimized = trainsAll || preset.size < 32;
  return {
    title,
    ours: async ({ threads }) => {
      const worker = fileURLToPath(new URL("step-worker.js", import.meta.url));
      const args = [worker, name, mode, String(steps), String(threads)];
      return runWorker(process.execPath, args, { env: trainingEnvironment });
    },
    peer: {
      program: "step.py",
      job: () => ({
        ...{ unet: config, text: smallText, batch, size, mode },
        checkpointing: recomputes === "blocks",
      }),
      steps: { tried, measured: steps - 1 },
      warmUp: { plain: 1, compiled: 2 },
      axes: axesOf(mode, isOptimized ? trainingAxes : axesWithoutOptimizer),
      isAlike: false,
      elements: () => {
        const weights = elementsOf(preset);
        return { weights, trained: trainsAll ? weights : 0 };
      },
    },
  };
}

/** Where everything trains, nothing is left to be stored in 16 bits. */
function axesOf(mode: StepCase["mode"], axes: Peer["axes"]): Peer["axes"] {
  return mode === "full" ? axes.map((axis) => axis.filter((part) => part !== "bf16-base")) : axes;
}

function elementsOf({ config }: Preset): number {
  const list = componentParameters({ unet: readUNetConfig(config) }, "unet");
  return list.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
