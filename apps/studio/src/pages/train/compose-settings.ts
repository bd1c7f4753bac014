/**
 * @file The settings that a form comes to: what the technique needs, then what is advised for the pictures, then the
 * preset's, then those set by hand. What none of them says is left to the trainer and to the base.
 */

import type { Dataset, Field, GivenJobRequest } from "@atelier/server/api";
import { type Advice, goalOf, techniqueOf } from "./advice.js";
import { presetSettings, samplesEvery } from "./preset-settings.js";
import { nest, settingOf } from "./setting-values.js";
import { techniqueSettings } from "./technique-settings.js";
import { baseName, fullNaming, type Technique, type TrainForm } from "./train-form.js";

/** What a form's settings depend on besides itself. */
export interface FormFacts {
  /** By path. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Those that are chosen. */
  readonly datasets: readonly Dataset[];
  readonly advice?: Advice | undefined;
  /** Advised for the technique that is taken. */
  readonly steps?: number | undefined;
}

/** The settings of a form. */
export interface Composed {
  readonly technique: Technique;
  /** What follows from technique, pictures and preset, by path. */
  readonly usual: ReadonlyMap<string, unknown>;
  /** The same with what was set by hand. */
  readonly all: ReadonlyMap<string, unknown>;
}

/** All settings that are not left to the trainer. */
export function composeSettings(form: TrainForm, facts: FormFacts): Composed {
  const { fields, datasets, advice, steps } = facts;
  const goal = goalOf(form.goal, advice);
  const technique = techniqueOf(form, advice);
  const own = new Map(
    Object.entries(form.values).map(([path, typed]) => [
      path,
      settingOf(fields.get(path)?.kind ?? "text", typed),
    ]),
  );
  const ownBuckets = own.get("data.buckets.use");
  const buckets = typeof ownBuckets === "boolean" ? ownBuckets : (advice?.buckets ?? false);
  // Pictures of the class have one shape, and to draw them takes longer than a quick look.
  const isPredicted = buckets || form.preset === "quick";
  const naming = fullNaming(form, datasets);
  const base = baseName(form.base);
  const usual = new Map<string, unknown>([
    ...Object.entries(techniqueSettings(technique, { goal, base, naming, isPredicted })),
    ...(buckets ? [["data.buckets.use", true] as const] : []),
    ...Object.entries(presetSettings(form.preset, steps)),
  ]);
  const ownSteps = own.get("steps");
  if (typeof ownSteps === "number") usual.set("samples.everySteps", samplesEvery(ownSteps));
  // An empty text takes back what is usual.
  const all = new Map(
    [...usual, ...own].filter(([path]) => form.values[path] !== "" && isRead(path, technique)),
  );
  return { technique, usual, all };
}

/** Sections of the config by the techniques that read them; all others read by all. */
const readers: Readonly<Record<string, readonly Technique[]>> = {
  lora: ["lora", "dreambooth", "pivotal"],
  full: ["finetune"],
  embedding: ["textual-inversion", "pivotal"],
  textEncoder: ["lora", "dreambooth", "pivotal", "finetune"],
  prior: ["lora", "dreambooth", "pivotal", "finetune"],
};

/** Whether a technique reads a field. What another one would read is kept in the form, and not sent. */
export function isRead(path: string, technique: Technique): boolean {
  return readers[path.split(".")[0] ?? ""]?.includes(technique) ?? true;
}

/** Fields that a search for settings sets itself. */
const foundBySearch =
  /^(?:learningRate|steps|saveEverySteps|watch\.(?:share|everySteps|act|prefer)|(?:schedule|keep)\..*)$/;

/** The config of a request: without base, pictures and output, which the server adds. */
export function configOf(form: TrainForm, { all }: Composed): Record<string, unknown> {
  return nest([...all].filter(([path]) => !form.isSearch || !foundBySearch.test(path)));
}

/** The job that the form asks for. */
export function requestOf(form: TrainForm, composed: Composed): GivenJobRequest {
  const base = baseName(form.base);
  const config = configOf(form, composed);
  if (!form.isSearch) return { kind: "train", base, datasets: form.datasets, config };
  const { datasets, prefer, minutes } = form;
  return { kind: "tune", base, datasets, config, minutes: Number(minutes), prefer };
}

/** The training that a forecast is made of; that of a search is one of those that it tries. */
export function forecastRequestOf(
  form: TrainForm,
  { all }: Composed,
  changes: Readonly<Record<string, unknown>> = {},
): GivenJobRequest {
  const config = nest(new Map([...all, ...Object.entries(changes)]));
  return { kind: "train", base: baseName(form.base), datasets: form.datasets, config };
}
