/** @file What keeps a form from being trained: what is missing, and settings that the schema refuses, by their fields. */

import { parseTrainConfig } from "@atelier/diffusion/train-config";
import { AtelierError, type Sentence, type SentenceCatalogue, sentenceIn } from "@atelier/engine";
import type { Composed, FormFacts } from "./compose-settings.js";
import { nest } from "./setting-values.js";
import { baseName, fullNaming, type TrainForm } from "./train-form.js";

/** What is missing, by where it is asked for. */
export type Missing =
  | "no-dataset"
  | "no-pictures"
  | "one-dataset"
  | "no-base"
  | "bad-repo"
  | "no-noun"
  | "no-word"
  | "bad-word"
  | "no-prompt"
  | "bad-minutes";

/** Problems of a form. */
export interface FormProblems {
  readonly missing: readonly Missing[];
  /** By path of the field; where a whole section is meant, its path. */
  readonly settings: ReadonlyMap<string, Sentence>;
}

/** As the API takes repositories. */
const repoName = /^[\w.-]+\/[\w.-]+$/;
/** As the config takes words. */
const wordForm = /^\S{1,100}$/u;

/** Whether a base is named so that it can be looked for. */
export function isBaseNamed(base: TrainForm["base"]): boolean {
  const name = baseName(base);
  return base.kind === "repo" ? repoName.test(name) : name !== "";
}

/** What keeps it from being trained; nothing where it can start. */
export function problemsOf(form: TrainForm, facts: FormFacts, composed: Composed): FormProblems {
  return {
    missing: missingOf(form, facts, composed),
    settings: settingProblems(composed.all),
  };
}

function missingOf(form: TrainForm, { datasets }: FormFacts, composed: Composed): Missing[] {
  const missing: Missing[] = [];
  const require = (isFine: boolean, what: Missing) => {
    if (!isFine) missing.push(what);
  };
  require(datasets.length > 0, "no-dataset");
  require(datasets.length === 0 || datasets.some((set) => set.pictures > 0), "no-pictures");
  require(!form.isSearch || datasets.length <= 1, "one-dataset");
  const base = baseName(form.base);
  require(base !== "", "no-base");
  require(form.base.kind !== "repo" || base === "" || repoName.test(base), "bad-repo");
  const { noun, word } = fullNaming(form, datasets);
  const { technique, all } = composed;
  if (technique === "dreambooth") require(noun !== "" || all.has("prior.classPrompt"), "no-noun");
  if (technique === "textual-inversion" || technique === "pivotal") {
    require(word !== "" || all.has("embedding.token"), "no-word");
    require(word === "" || wordForm.test(word), "bad-word");
  }
  if (technique === "lora" || technique === "finetune") {
    const bare = datasets.some((set) => set.captioned < set.pictures);
    require(!bare || all.has("data.prompt"), "no-prompt");
  }
  const minutes = Number(form.minutes);
  require(!form.isSearch || (minutes >= 1 && minutes <= 10_000), "bad-minutes");
  return missing;
}

/** What the schema says of settings; base and pictures are named by the server and stand in here. */
export function settingProblems(all: ReadonlyMap<string, unknown>): Map<string, Sentence> {
  const config = nest([...all, ["base.path", "base"], ["data.folder", "pictures"]]);
  try {
    parseTrainConfig(config);
    return new Map();
  } catch (error) {
    const problems = error instanceof AtelierError ? error.context["problems"] : undefined;
    if (!Array.isArray(problems)) throw error;
    return new Map(problems.filter(isSentence).map(byPath).filter(isAsked));
  }
}

/** A word that is not there yet is asked for where things are named. */
const isAsked = ([path]: [string, Sentence]): boolean =>
  !["embedding", "embedding.token"].includes(path);

/** Problems begin with their path: `lora.rank: expected …`. */
function byPath(problem: Sentence): [string, Sentence] {
  const [path, what] = problem.params;
  if (typeof path !== "string") return ["config", problem];
  return [
    path,
    typeof what === "object" ? what : { ...problem, params: ["", ...problem.params.slice(1)] },
  ];
}

/** A problem in the language of a catalogue, without its path. */
export function problemText(problem: Sentence, catalogue: SentenceCatalogue): string {
  return sentenceIn(problem, catalogue).replace(/^: /, "");
}

function isSentence(value: unknown): value is Sentence {
  return typeof value === "object" && value !== null && "template" in value && "params" in value;
}
