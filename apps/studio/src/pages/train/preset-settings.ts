/** @file What presets set, and those that people keep in their browser. */

import { z } from "zod";
import { type PresetName, presets, type TrainForm, trainForm } from "./train-form.js";

/** Steps where neither pictures nor preset say otherwise; also what the config takes as usual. */
export const usualSteps = 500;
const fewestSteps = 50;
/** How many times pictures are drawn while it trains. */
const sampleRows = 8;

const factors: Readonly<Record<PresetName, number>> = { quick: 1 / 5, recommended: 1, thorough: 2 };

/** Settings by path. @param advised steps for these pictures and technique, where they are known */
export function presetSettings(
  preset: PresetName,
  advised: number | undefined,
): Record<string, unknown> {
  const wanted = (advised ?? usualSteps) * factors[preset];
  const steps = Math.max(fewestSteps, Math.round(wanted / 10) * 10);
  return {
    ...(preset === "recommended" && advised === undefined ? {} : { steps }),
    "samples.everySteps": samplesEvery(steps),
    // Twice the steps are too many for some pictures: then the run ends by itself.
    ...(preset === "thorough" ? { "watch.act": true } : {}),
  };
}

/** Steps between drawn pictures for a training of so many steps. */
export function samplesEvery(steps: number): number {
  return Math.max(1, Math.ceil(steps / sampleRows));
}

/** Settings of one's own under a name; those that belong to single pictures are not part of it. */
const ownPreset = z.object({
  name: z.string().min(1).max(100),
  technique: trainForm.shape.technique,
  preset: z.enum(presets),
  values: trainForm.shape.values,
});
/** Settings of one's own under a name. */
export type OwnPreset = z.infer<typeof ownPreset>;

/** Fields that say what these very pictures show. */
const ofPictures: ReadonlySet<string> = new Set([
  ...["name", "data.prompt", "prior.classPrompt", "watch.classPrompt", "samples.prompts"],
  ...["embedding.token", "embedding.initializer"],
]);

/** The form's settings as a preset. */
export function presetOf(name: string, form: TrainForm): OwnPreset {
  const kept = Object.entries(form.values).filter(([path]) => !ofPictures.has(path));
  return {
    name,
    technique: form.technique,
    preset: form.preset,
    values: Object.fromEntries(kept),
  };
}

/** The form with a preset of one's own; what is said of the pictures stays. */
export function withOwnPreset(form: TrainForm, own: OwnPreset): TrainForm {
  const said = Object.entries(form.values).filter(([path]) => ofPictures.has(path));
  return {
    ...form,
    ...(own.technique === undefined ? {} : { technique: own.technique }),
    preset: own.preset,
    values: { ...Object.fromEntries(said), ...own.values },
  };
}

/** The form with a preset of Atelier's; what the preset sets is no longer set by hand. */
export function withPreset(form: TrainForm, preset: PresetName): TrainForm {
  const set = new Set(presets.flatMap((each) => Object.keys(presetSettings(each, usualSteps))));
  const values = Object.entries(form.values).filter(([path]) => !set.has(path));
  return { ...form, preset, values: Object.fromEntries(values) };
}

const storageKey = "atelier-train-presets";

/** The presets that this browser keeps; none where what it keeps cannot be read. */
export function readOwnPresets(storage: Pick<Storage, "getItem">): OwnPreset[] {
  try {
    return z.array(ownPreset).parse(JSON.parse(storage.getItem(storageKey) ?? "[]"));
  } catch {
    return [];
  }
}

/** Keeps presets. */
export function writeOwnPresets(
  storage: Pick<Storage, "setItem">,
  own: readonly OwnPreset[],
): void {
  storage.setItem(storageKey, JSON.stringify(own));
}
