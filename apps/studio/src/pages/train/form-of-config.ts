/** @file A form of a config: of an earlier run, or of another trainer's settings. */

import { parseTrainConfig } from "@atelier/diffusion/train-config";
import type { Dataset, Field } from "@atelier/server/api";
import { composeSettings } from "./compose-settings.js";
import { presetSettings, usualSteps } from "./preset-settings.js";
import { isNamed, isSettable, libraryName } from "./setting-fields.js";
import { flatten, isSame, nest, typedOf, valueAt } from "./setting-values.js";
import { subjectOf } from "./technique-settings.js";
import type { Technique, TrainForm } from "./train-form.js";

/** What a config is read with. */
export interface ConfigContext {
  readonly fields: ReadonlyMap<string, Field>;
  readonly datasets: readonly Dataset[];
  /** What the config says nothing of: pictures, and the base where it names none that is known here. */
  readonly begun: TrainForm;
}

/** What the base says of itself; another one says something else. */
const ofBase: ReadonlySet<string> = new Set(["base.fingerprint", "base.architecture"]);

/** The form that trains as the config says. */
export function formOfConfig(
  config: Readonly<Record<string, unknown>>,
  { fields, datasets, begun }: ConfigContext,
): TrainForm {
  const said = new Map(flatten(config, new Set(fields.keys())));
  const named: TrainForm = {
    ...begun,
    technique: techniqueOfConfig(said),
    base: baseOfConfig(said) ?? begun.base,
    preset: "recommended",
    values: {},
    isSearch: false,
  };
  const form = { ...named, naming: namingOf(said, named) };
  const { all } = composeSettings(form, { fields, datasets });
  const left = leftOpen(said, all);
  const own = [...withNames(said)].filter(([path, value]) => {
    const field = fields.get(path);
    if (field === undefined || !isSettable(path) || ofBase.has(path)) return false;
    if (all.has(path)) return !isSame(value, all.get(path));
    if (path === "optimizer.name") return !isSame(value, field.fallback);
    return beginsSection.has(path) || advised.has(path) || !isSame(value, valueAt(left, path));
  });
  const values = own.map(([path, value]) => [path, typedOf(value)] as const);
  return { ...form, values: Object.fromEntries([...values, ...takenBack(said, all)]) };
}

/** Settings that advice would set: said by the config, they are the user's. */
const advised: ReadonlySet<string> = new Set([
  ...["steps", "data.buckets.use", "prior.source", "lora.rank", "ema.decay"],
]);

/** Where one of these is said, none of its section is as the base advises. */
const beginsSection: ReadonlySet<string> = new Set(["schedule.name", "timesteps.distribution"]);

/** What the trainer makes of all that is not said by hand: what is so anyway need not be said. */
function leftOpen(said: ReadonlyMap<string, unknown>, all: ReadonlyMap<string, unknown>): unknown {
  const chosen = ["optimizer.name", ...beginsSection].filter((path) => said.has(path));
  try {
    return parseTrainConfig(
      nest([
        ...[...all].filter(([path]) => said.has(path)),
        ...chosen.map((path) => [path, said.get(path)] as const),
        ["base.path", "base"],
        ["data.folder", "pictures"],
      ]),
    );
  } catch {
    // A config that does not hold together is kept as it is: the page shows what is wrong.
    return {};
  }
}

/** Files by their names in the library; those that lie elsewhere are left out. */
function withNames(said: ReadonlyMap<string, unknown>): [string, unknown][] {
  return [...said].flatMap(([path, value]): [string, unknown][] => {
    if (!isNamed(path)) return [[path, value]];
    const names = (Array.isArray(value) ? value : [value]).map(libraryName);
    const known = names.filter((name) => name !== undefined);
    if (known.length < names.length || known.length === 0) return [];
    return [[path, Array.isArray(value) ? known : known[0]]];
  });
}

/** What the technique would set here and the config says nothing of. */
function takenBack(
  said: ReadonlyMap<string, unknown>,
  all: ReadonlyMap<string, unknown>,
): [string, string][] {
  const presets = new Set(Object.keys(presetSettings("thorough", usualSteps)));
  return [...all.keys()]
    .filter((path) => !said.has(path) && !presets.has(path) && isSettable(path))
    .map((path) => [path, ""]);
}

function techniqueOfConfig(said: ReadonlyMap<string, unknown>): Technique {
  switch (said.get("tuning")) {
    case "full":
      return "finetune";
    case "textual_inversion":
      return "textual-inversion";
    case "pivotal":
      return "pivotal";
    default:
      return said.has("prior.classPrompt") ? "dreambooth" : "lora";
  }
}

const repository = /^[\w-][\w.-]*\/[\w.-]+$/;

/** None where it is a path, which says nothing of the library. */
function baseOfConfig(said: ReadonlyMap<string, unknown>): TrainForm["base"] | undefined {
  const [path, repo] = [said.get("base.path"), said.get("base.repo")];
  if (typeof repo === "string") return { kind: "repo", name: repo };
  // As the command line reads it.
  if (typeof path === "string" && repository.test(path)) return { kind: "repo", name: path };
  return path === "embedded" ? { kind: "embedded", name: "" } : undefined;
}

function namingOf(said: ReadonlyMap<string, unknown>, form: TrainForm): TrainForm["naming"] {
  const text = (path: string): string => {
    const value = said.get(path);
    return typeof value === "string" ? value : "";
  };
  const prompt = text("data.prompt");
  const subject = subjectOf(prompt, text("prior.classPrompt"));
  const isPrompted = form.technique === "lora" || form.technique === "finetune";
  return {
    identifier: subject?.identifier ?? "",
    noun: subject?.noun ?? "",
    word: text("embedding.token"),
    initializer: text("embedding.initializer"),
    prompt: isPrompted ? prompt : "",
  };
}
