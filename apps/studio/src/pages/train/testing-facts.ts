/** @file Facts that tests of the form are made with: the fields of the trainer itself, and a data set of photographs. */

import { koreanFields } from "@atelier/diffusion/korean";
import { fieldGroupOf, trainConfigFields, usualFields } from "@atelier/diffusion/train-config";
import type { Dataset, Field } from "@atelier/server/api";
import type { Advice } from "./advice.js";
import type { FormFacts } from "./compose-settings.js";
import { emptyForm, type TrainForm } from "./train-form.js";

const korean: Readonly<Record<string, string>> = koreanFields;

/** The trainer's fields, as the API gives them. */
export const fields: readonly Field[] = trainConfigFields().map(
  ({ path, kind, choices, defaultValue, description }) => ({
    path,
    kind,
    ...(choices !== undefined && { choices: [...choices] }),
    ...(defaultValue !== undefined && { fallback: defaultValue }),
    group: fieldGroupOf(path) ?? "",
    isUsual: usualFields.has(path),
    text: { en: description, ko: korean[path] ?? "" },
  }),
);

/** By path. */
export const fieldTable: ReadonlyMap<string, Field> = new Map(
  fields.map((field) => [field.path, field]),
);

/** Five photographs of a dog. */
export const dogs: Dataset = {
  name: "dog",
  pictures: 5,
  captioned: 0,
  bytes: 1_000,
  cover: [],
  trigger: "",
  subject: "dog",
  changed: "2026-12-01T00:00:00.000Z",
};

/** What is advised for them. */
export const dogAdvice: Advice = {
  goal: "subject",
  best: { technique: "dreambooth", reasons: ["few-of-one-subject"] },
  others: [{ technique: "pivotal", reasons: [] }],
  steps: 800,
  buckets: false,
  notes: [],
};

/** A form with the photographs chosen. */
export const dogForm: TrainForm = { ...emptyForm, datasets: ["dog"] };

/** Facts of that form. */
export const dogFacts: FormFacts = {
  fields: fieldTable,
  datasets: [dogs],
  advice: dogAdvice,
  steps: 800,
};
