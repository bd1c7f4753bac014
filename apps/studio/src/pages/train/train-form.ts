/** @file What the page's form holds: what was chosen and typed, nothing that follows from it. It survives a reload. */

import type { Dataset } from "@atelier/server/api";
import { z } from "zod";

/** What somebody wants of their pictures, in the order in which it is asked. */
export const goals = ["subject", "style", "model", "word"] as const;
/** One of {@link goals}. */
export type Goal = (typeof goals)[number];

/** Techniques, in the order in which they are offered. */
export const techniques = [
  "dreambooth",
  "lora",
  "textual-inversion",
  "pivotal",
  "finetune",
] as const;
/** One of {@link techniques}; `pivotal` is a word with an adapter. */
export type Technique = (typeof techniques)[number];

/** Presets that come with Atelier. */
export const presets = ["quick", "recommended", "thorough"] as const;
/** One of {@link presets}. */
export type PresetName = (typeof presets)[number];

/** What weighs more where likeness and what the base knew are at odds. */
export const preferences = ["likeness", "balance", "keep"] as const;

/** A setting as it is typed: a text, also of numbers and of lists (an entry a line), or a switch. */
const typed = z.union([z.string(), z.boolean()]);
/** A setting as it is typed. */
export type Typed = z.infer<typeof typed>;

/** The form. Empty texts mean what is usual. */
export const trainForm = z.object({
  datasets: z.array(z.string()),
  /** Open: guessed by the pictures. */
  goal: z.enum(goals).optional(),
  /** Open: what the advice says. */
  technique: z.enum(techniques).optional(),
  base: z.object({ kind: z.enum(["embedded", "library", "repo"]), name: z.string() }),
  naming: z.object({
    /** Stands before the class: sks dog. */
    identifier: z.string(),
    /** The class: dog. */
    noun: z.string(),
    /** A new word, such as <my-dog>. */
    word: z.string(),
    /** What the word starts from. */
    initializer: z.string(),
    /** Of pictures without captions. */
    prompt: z.string(),
  }),
  preset: z.enum(presets),
  /** Settings that were set by hand, by their dotted paths. */
  values: z.record(z.string(), typed),
  /** Whether settings are found by measurement. */
  isSearch: z.boolean(),
  minutes: z.string(),
  prefer: z.enum(preferences),
});
/** The form. */
export type TrainForm = z.infer<typeof trainForm>;

/** The form before anything was chosen. */
export const emptyForm: TrainForm = {
  datasets: [],
  base: { kind: "embedded", name: "" },
  naming: { identifier: "", noun: "", word: "", initializer: "", prompt: "" },
  preset: "recommended",
  values: {},
  isSearch: false,
  minutes: "20",
  prefer: "balance",
};

/** The base as requests name it. */
export function baseName({ kind, name }: TrainForm["base"]): string {
  return kind === "embedded" ? "embedded" : name.trim();
}

/** What things are called where nothing was typed. */
export function usualNaming(
  datasets: readonly Pick<Dataset, "trigger" | "subject">[],
  base: string,
): TrainForm["naming"] {
  const trigger = datasets.map((set) => set.trigger.trim()).find((word) => word !== "") ?? "";
  const subject = datasets.map((set) => set.subject.trim()).find((word) => word !== "") ?? "";
  const bare = trigger.replaceAll(/[<>]/g, "");
  const named = [bare, subject].filter((word) => word !== "").join(" ");
  return {
    // Means nothing to any of the usual bases.
    identifier: bare === "" ? "sks" : bare,
    noun: subject,
    word: bare === "" || /\s/.test(bare) ? "" : `<${bare}>`,
    initializer: subject === "" ? "mean" : subject,
    prompt: named === "" ? "" : `${viewOf(base)} ${named}`,
  };
}

/** How prompts begin: the embedded base draws pictures that are no photographs. */
export function viewOf(base: string): string {
  return base === "embedded" ? "a" : "a photo of a";
}

/** What was typed, and what is usual where nothing was. */
export function fullNaming(
  { naming, base }: Pick<TrainForm, "naming" | "base">,
  datasets: readonly Pick<Dataset, "trigger" | "subject">[],
): TrainForm["naming"] {
  const usual = usualNaming(datasets, baseName(base));
  const said = (own: string, otherwise: string) => (own.trim() === "" ? otherwise : own.trim());
  return {
    identifier: said(naming.identifier, usual.identifier),
    noun: said(naming.noun, usual.noun),
    word: said(naming.word, usual.word),
    initializer: said(naming.initializer, usual.initializer),
    prompt: said(naming.prompt, usual.prompt),
  };
}
