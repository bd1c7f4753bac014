/** @file What the advice on pictures says, as `atelier advise --json` prints it, and which technique follows. */

import { z } from "zod";
import { type Goal, goals, type Technique, techniques } from "./train-form.js";

const note = z.object({
  code: z.string(),
  message: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
});
const choice = z.object({ technique: z.enum(techniques), reasons: z.array(z.string()) });

/** The advice. */
export const adviceSchema = z.object({
  goal: z.enum(goals),
  best: choice,
  others: z.array(choice).default([]),
  steps: z.number(),
  buckets: z.boolean(),
  notes: z.array(note).default([]),
});
/** The advice. */
export type Advice = z.infer<typeof adviceSchema>;

/** What fits a goal where no advice can be had, as where the base is not downloaded yet. */
const techniqueOfGoal: Readonly<Record<Goal, Technique>> = {
  subject: "dreambooth",
  style: "lora",
  model: "lora",
  word: "textual-inversion",
};

/** For which goal a technique is the best, and steps are advised for it. */
export const goalOfTechnique: Readonly<Record<Technique, Goal>> = {
  dreambooth: "subject",
  // As many steps for each picture as DreamBooth.
  pivotal: "subject",
  lora: "style",
  "textual-inversion": "word",
  finetune: "model",
};

/** The goal that is meant: what was chosen, else what the pictures look like. */
export function goalOf(chosen: Goal | undefined, advice: Advice | undefined): Goal | undefined {
  return chosen ?? advice?.goal;
}

/** The technique that is taken. */
export function techniqueOf(
  {
    technique,
    goal,
  }: { readonly technique?: Technique | undefined; readonly goal?: Goal | undefined },
  advice: Advice | undefined,
): Technique {
  if (technique !== undefined) return technique;
  if (advice !== undefined && (goal === undefined || advice.goal === goal)) {
    return advice.best.technique;
  }
  return techniqueOfGoal[goal ?? "subject"];
}
