/** @file What `atelier inspect` says of a whole checkpoint: its parts, and what is missing or wrong. */

import { AtelierError, type FileStore, type Sentence, said, sizeOf } from "@atelier/engine";
import { some } from "../core/warnings/param-kinds.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import type { Weights } from "../core/weights.js";
import { componentParameters } from "../families/layers.js";
import {
  componentOf,
  configsOf,
  type ModelFiles,
  presentComponents,
  wordEncoders,
} from "../families/model-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { predictionOf } from "../files/model/told-prediction.js";
import { requireWeights } from "../files/model/translate-weights.js";
import { openTensorFile } from "../files/tensor-file.js";
import type { ParameterInfo } from "../models/list-layers.js";
import { requireRunnable } from "../pipeline/require-runnable.js";
import { lazyTokenizers } from "../pipeline/tokenizers.js";
import { readSchedulerConfig } from "../samplers/scheduler-config.js";
import {
  type ComponentFacts,
  errorProblem,
  type Inspection,
  type InspectOptions,
  type Problem,
} from "./inspection.js";
import { scanValues } from "./scan-values.js";

/**
 * Inspects a checkpoint folder or file.
 * @throws AtelierError when it cannot be opened as a checkpoint at all.
 */
export async function inspectCheckpoint(
  files: FileStore,
  path: string,
  options: InspectOptions = {},
): Promise<Inspection> {
  const { parts: others, predictionType } = options;
  const checkpoint = await openModelFiles(files, path, { parts: others, predictionType });
  try {
    const parts = partsOf(checkpoint);
    const components = parts.map(({ name, weights }) => factsOf(name, weights));
    const { unknownKeys, ignoredKeys } = checkpoint;
    const unknown: Problem[] =
      unknownKeys.length === 0
        ? []
        : [
            {
              severity: "warning",
              ...warning("tensors-of-no-model", { tensors: some(unknownKeys) }),
            },
          ];
    return {
      path,
      kind: "checkpoint",
      format: checkpoint.layout === "folder" ? said`diffusers folder` : said`single file`,
      family: checkpoint.family.id,
      fits: fitOf(checkpoint),
      predicts: {
        type: predictionOf(checkpoint),
        isAssumed: checkpoint.isPredictionAssumed,
      },
      parameterCount: components.reduce((sum, part) => sum + part.parameterCount, 0),
      sizeBytes: sizeBytesOf(parts.map(({ weights }) => weights)),
      dtypes: [...new Set(components.flatMap(({ dtypes }) => dtypes))],
      components,
      problems: [
        ...parts.flatMap(missingOf),
        ...useProblems(checkpoint),
        ...(await valueProblems(
          files,
          parts.map(({ weights }) => weights),
          options,
        )),
        ...unknown,
      ],
      notes: [
        ...checkpoint.notes,
        ...(await tokenizerNotes(files, checkpoint)),
        ...(ignoredKeys.length === 0
          ? []
          : [warning("useless-tensors", { tensors: some(ignoredKeys) })]),
      ],
    };
  } finally {
    await checkpoint.close();
  }
}

function fitOf(model: ModelFiles): Sentence {
  const { family } = model;
  const name =
    predictionOf(model) === "v_prediction" ? said`${family.title} with v-prediction` : family.title;
  // Neither touches an encoder that learns no words.
  const widths = wordEncoders(family, configsOf(model)).map(
    (encoder) => encoder.limits(configsOf(model)).width,
  );
  return widths.every((width, index) => width === family.publishedWidths[index])
    ? said`LoRAs and embeddings for ${name}.`
    : said`LoRAs and embeddings that were trained on it: it is built like ${name}, but its text states are ${widths.reduce((sum, width) => sum + width, 0)} wide.`;
}

interface Part {
  readonly name: string;
  readonly weights: Weights;
  readonly expected: () => ParameterInfo[];
}

function partsOf(model: ModelFiles): Part[] {
  const configs = configsOf(model);
  return presentComponents(model.family, configs).map((name) => ({
    name,
    weights: componentOf(model, name).weights,
    expected: () => componentParameters(configs, name),
  }));
}

/** Facts of one model, by the tensors that it owns. */
export function factsOf(name: string, { entries }: Pick<Weights, "entries">): ComponentFacts {
  const list = [...entries.values()];
  return {
    name,
    parameterCount: list.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    dtypes: [...new Set(list.map(({ dtype }) => dtype))],
  };
}

function sizeBytesOf(models: readonly Pick<Weights, "entries">[]): number {
  const entries = models.flatMap((weights) => [...weights.entries.values()]);
  return entries.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function missingOf({ name, weights, expected }: Part): Problem[] {
  try {
    const wanted = new Map(expected().map((parameter) => [parameter.name, parameter.shape]));
    requireWeights(name, weights, wanted);
    return [];
  } catch (error) {
    if (!(error instanceof AtelierError)) throw error;
    const isNamed = error.message.startsWith(`${name}: `);
    return [errorProblem(isNamed ? error.sentence : said`${name}: ${error.sentence}`)];
  }
}

/** What keeps `generate` and training from using a checkpoint whose tensors are whole. */
function useProblems(checkpoint: ModelFiles): Problem[] {
  const problems: Problem[] = [];
  const check = (severity: Problem["severity"], use: () => unknown) => {
    try {
      use();
    } catch (error) {
      if (!(error instanceof AtelierError)) throw error;
      problems.push({ ...errorProblem(error.sentence), severity });
    }
  };
  // A model of another kind is whole, only not for this.
  check("warning", () => requireRunnable(checkpoint));
  check("error", () => readSchedulerConfig(checkpoint.scheduler));
  return problems;
}

/** That prompts cannot be read without a tokenizer from elsewhere. */
async function tokenizerNotes(files: FileStore, model: ModelFiles): Promise<Warning[]> {
  if (Object.keys(model.tokenizerFolders).length === 0) return [];
  try {
    await lazyTokenizers(files, model)();
    return [];
  } catch (error) {
    if (!(error instanceof AtelierError)) throw error;
    return [warning("no-tokenizer", { problem: error.sentence })];
  }
}

async function valueProblems(
  files: FileStore,
  models: readonly Pick<Weights, "entries">[],
  options: InspectOptions,
): Promise<Problem[]> {
  if (options.readsValues === false) return [];
  const entries = models.flatMap((weights) => [...weights.entries.values()]);
  const used = new Set(entries.map(({ storedName }) => storedName));
  const problems: Problem[] = [];
  for (const path of new Set(entries.map(({ file }) => file))) {
    const file = await openTensorFile(files, path);
    try {
      const { nonFinite, allZero } = await scanValues(file, options);
      const harmful = nonFinite.filter((key) => used.has(key));
      const harmless = nonFinite.filter((key) => !used.has(key));
      // Biases and scales that start at zero are common; whole weight matrices are not.
      const dead = allZero.filter(
        (key) => used.has(key) && (file.entries.get(key)?.shape.length ?? 0) > 1,
      );
      problems.push(...nonFiniteProblems(path, harmful));
      if (harmless.length > 0) {
        const found = warning("unread-not-finite", { path, tensors: some(harmless) });
        problems.push({ severity: "warning", ...found });
      }
      if (dead.length > 0) {
        const found = warning("zero-weights", { path, tensors: some(dead) });
        problems.push({ severity: "warning", ...found });
      }
    } finally {
      await file.close();
    }
  }
  return problems;
}

/** The problem that NaN and infinities are. */
export function nonFiniteProblems(path: string, names: readonly string[]): Problem[] {
  if (names.length === 0) return [];
  return [{ severity: "error", ...warning("not-finite", { path, tensors: some(names) }) }];
}
