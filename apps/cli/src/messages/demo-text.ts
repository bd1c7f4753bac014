/** @file `atelier demo` in English. */

import type { TrainConfig } from "@atelier/diffusion/train";
import type { DemoPart } from "../demo/demo-clock.js";
import { quoteArgument } from "../format.js";

const doing: Readonly<Record<DemoPart, string>> = {
  before: "pictures drawn with the base alone",
  train: "training steps",
  after: "pictures drawn with the adapter",
  judge: "judged",
};

const begins: Readonly<Record<DemoPart, string>> = {
  before: "1/4  Drawing with the base alone, which has never seen the mascot",
  train: "2/4  Teaching it the mascot from five pictures",
  after: "3/4  Drawing the same prompts and seeds again, with the adapter",
  judge: "4/4  Judging, and writing the report",
};

/** Texts of the demo. */
export const demoText = {
  description: "Teaches the embedded base a mascot that it has never seen, and writes a report.",
  base: "another base: a diffusers folder; the embedded one by default",
  out: "folder to make; runs/demo-<time> by default",
  steps: "training steps",
  seed: "seed of the training",
  more: `
Examples:
  atelier demo
  atelier demo --steps 100 --out runs/quick

Leaves report.html (opens in any browser, from disk), sheet.png, the pictures that it learned from,
and the adapter in training/; with --json also each picture that it draws, in before/ and after/.
Exit code 0 also when the report says that an aim was missed.`,
  starting: "Checking the base model",
  folder: (path: string): string => `Demo folder: ${path}`,
  progress: (part: DemoPart, left: string, loss: number | undefined): string =>
    `${doing[part]}${loss === undefined ? "" : `, loss ${loss.toFixed(3)}`}, about ${left} left in all`,
  begins: (part: DemoPart, left: string): string => `${begins[part]} (about ${left} left in all)`,
  stopped: (path: string): string =>
    `Stopped before the report, so there is none. What is done so far is in ${path}; to begin anew, run the demo again.`,
  goesOn: (training: string): string =>
    `The training alone goes on with: atelier resume ${quoteArgument(training)}`,
  parts: {
    before: "Drawing before",
    train: "Training",
    after: "Drawing after",
    judge: "Judging",
  },
  settings: (config: TrainConfig, parameters: number): readonly (readonly [string, string])[] => [
    ["Steps", `${config.steps}, with ${config.batchSize} pictures each`],
    ["Learning rate", `${config.learningRate}, ${config.schedule.name}`],
    ["LoRA", `rank ${config.lora?.rank}, on ${config.lora?.targets.join(", ")}`],
    ["Trained numbers", String(parameters)],
    ["Optimizer", config.optimizer.name],
    ["Seed", String(config.seed)],
    ["Backend", config.device.backend],
  ],
  finished: (time: string): string => `Done in ${time}.`,
  finding: (holds: boolean, sentence: string): string => `${holds ? "✓" : "✗"} ${sentence}`,
  look: (report: string, sheet: string): string => `Look at ${report}\nand at ${sheet}`,
};
