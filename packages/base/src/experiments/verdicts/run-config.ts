/** @file A run of the experiment as a training config. */

import {
  completeConfig,
  parseTrainConfig,
  type TrainConfig,
} from "@atelier/diffusion/train-config";
import { trainingAdvice } from "../../embedded/training-config.js";
import type { RunKind, RunSpec } from "./run-list.js";
import { identifierOf, newWord, type Subject } from "./subjects.js";

/** Where a run finds and leaves what. */
export interface RunPlaces {
  /** Of the base. */
  readonly base: string;
  /** Of the pictures with their captions. */
  readonly lessons: string;
  readonly run: string;
  readonly cache: string;
  readonly threads?: number | undefined;
}

/** What captions of a run call its subject. */
export function callsOf({ kind, subject }: Pick<RunSpec, "kind" | "subject">): string {
  return kind === "word" ? newWord : identifierOf(subject);
}

/**
 * Of the advised rates, what a constant one is measured by: those are for rates that fall. Four times as much is
 * the advised rate, and four times that makes an adapter fall apart within six steps.
 */
const constantShare = 1 / 4;

/**
 * The whole config: at a constant rate, since a rate that falls hides overfitting, and looked at with all rows,
 * so that plans with fewer can be replayed.
 */
export function configOfRun(spec: RunSpec, places: RunPlaces): TrainConfig {
  const { subject, kind, steps, seed } = spec;
  const classPrompt = `a ${subject.className}`;
  const given = parseTrainConfig({
    ...tuningOf(kind, subject),
    ...{ name: "experiment", base: { path: places.base }, data: { folder: places.lessons } },
    ...{ steps, seed, schedule: { name: "constant" }, saveEverySteps: 0 },
    ...{
      samples: { everySteps: 0 },
      watch: { share: 1, classPrompt },
    },
    ...{ output: { run: places.run, formats: "kohya" }, cacheFolder: places.cache },
    device: { backend: "cpu", threads: places.threads },
  });
  const { embedding, ...config } = completeConfig(given, trainingAdvice);
  const rateOf = (rate: number) => rate * constantShare * spec.rateFactor;
  return {
    ...config,
    learningRate: rateOf(config.learningRate),
    embedding: embedding && { ...embedding, learningRate: rateOf(embedding.learningRate) },
  };
}

function tuningOf(kind: RunKind, { className }: Subject): Readonly<Record<string, unknown>> {
  switch (kind) {
    case "lora":
      return { tuning: "lora", lora: { rank: 16 } };
    case "full":
      return { tuning: "full" };
    case "word": {
      const embedding = { token: newWord, initializer: className, vectors: 1 };
      return { tuning: "textual_inversion", embedding };
    }
    case "prior": {
      const prior = { classPrompt: `a ${className}`, source: "prediction" };
      return { tuning: "lora", lora: { rank: 16 }, prior };
    }
  }
}
