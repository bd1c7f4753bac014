/** @file What a technique sets of the config, as the command of its name does. */

import type { TuningName } from "@atelier/diffusion/train-config";
import { type Goal, type Technique, type TrainForm, viewOf } from "./train-form.js";

/** What trains. */
export const tuningOf: Readonly<Record<Technique, TuningName>> = {
  dreambooth: "lora",
  lora: "lora",
  "textual-inversion": "textual_inversion",
  pivotal: "pivotal",
  finetune: "full",
};

/** What the technique depends on. */
export interface TechniqueFacts {
  readonly goal: Goal | undefined;
  readonly base: string;
  /** With nothing left open. */
  readonly naming: TrainForm["naming"];
  /** Whether the class is kept by what the base predicts, without pictures of it. */
  readonly isPredicted: boolean;
}

/** Settings by path. */
export function techniqueSettings(
  technique: Technique,
  { goal, base, naming, isPredicted }: TechniqueFacts,
): Record<string, unknown> {
  const tuning = { tuning: tuningOf[technique] };
  const prompt = naming.prompt === "" ? {} : { "data.prompt": naming.prompt };
  switch (technique) {
    case "dreambooth":
      return {
        ...tuning,
        ...subjectSettings(naming, viewOf(base)),
        ...(isPredicted ? { "prior.source": "prediction" } : {}),
      };
    case "lora":
      // A whole world of things needs more room than one manner.
      return { ...tuning, ...prompt, ...(goal === "model" ? { "lora.rank": 64 } : {}) };
    case "textual-inversion":
    case "pivotal":
      return {
        ...tuning,
        ...(naming.word === "" ? {} : { "embedding.token": naming.word }),
        "embedding.initializer": naming.initializer,
        "embedding.kind": goal === "style" ? "style" : "subject",
      };
    case "finetune":
      return { ...tuning, ...prompt, "ema.decay": 0.999 };
    default:
      return technique satisfies never;
  }
}

function subjectSettings(
  { identifier, noun }: TrainForm["naming"],
  view: string,
): Record<string, unknown> {
  if (noun === "") return {};
  return {
    "data.prompt": `${view} ${identifier} ${noun}`,
    "data.captions": "prompt",
    "prior.classPrompt": `${view} ${noun}`,
  };
}

/**
 * Identifier and class of the prompts that DreamBooth makes of them; `undefined` for prompts of another form.
 * @example subjectOf("a photo of a sks dog", "a photo of a dog") // { identifier: "sks", noun: "dog" }
 */
export function subjectOf(
  prompt: string,
  classPrompt: string,
): Pick<TrainForm["naming"], "identifier" | "noun"> | undefined {
  const [, view = "", noun = ""] = /^(a photo of an? |an? )(.+)$/.exec(classPrompt) ?? [];
  if (noun === "" || !prompt.startsWith(view) || !prompt.endsWith(` ${noun}`)) return undefined;
  const identifier = prompt.slice(view.length, prompt.length - noun.length - 1).trim();
  return identifier === "" ? undefined : { identifier, noun };
}

/** Settings that names are for; what was set by hand of them would hide a name. */
const settingsOfNames: Readonly<Record<keyof TrainForm["naming"], readonly string[]>> = {
  identifier: ["data.prompt", "data.captions", "prior.classPrompt"],
  noun: ["data.prompt", "data.captions", "prior.classPrompt"],
  word: ["embedding.token"],
  initializer: ["embedding.initializer"],
  prompt: ["data.prompt"],
};

/** The form with a name as it is typed. */
export function withName(
  form: TrainForm,
  field: keyof TrainForm["naming"],
  typed: string,
): TrainForm {
  const hidden = settingsOfNames[field];
  const values = Object.entries(form.values).filter(([path]) => !hidden.includes(path));
  return {
    ...form,
    naming: { ...form.naming, [field]: typed },
    values: Object.fromEntries(values),
  };
}
