/** @file Reads what a run has saved as other programs read it, and compares every number with what was trained. */

import { AtelierError, type FileStore, type FloatTensor, said } from "@atelier/engine";
import { partEntries } from "../../core/adapter-parts.js";
import { type ComponentName, textEncoderNames } from "../../core/component-name.js";
import type { LoraModule, LoraWeights } from "../../core/lora-weights.js";
import { componentOf, configsOf, presentComponents } from "../../families/model-files.js";
import { openModelFiles } from "../../files/model/open-model-files.js";
import { readEmbedding } from "../../files/word/read-embedding.js";
import { DIFFUSERS_EMBEDDING_NAMES } from "../../files/word/write-embedding.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { readAdapter } from "../../pipeline/read-adapter.js";
import type { TrainConfig } from "../config/train-config.js";
import type { TrainedResult } from "../parts/tuning-part.js";
import { pathsOf, type ResultFile, resultOfKind } from "./result-file.js";

/** What saved files are read and compared with. */
export interface ReadResultOptions {
  readonly files: FileStore;
  readonly base: Pipeline;
  readonly config: Pick<TrainConfig, "name" | "output">;
  readonly result: TrainedResult;
  /** As `saveResult` returned it. */
  readonly saved: readonly ResultFile[];
}

/** Relative errors of rounding to a type, and the spacing of its smallest numbers. */
const rounding: Readonly<Record<TrainConfig["output"]["dtype"], readonly [number, number]>> = {
  float32: [0, 0],
  float16: [2 ** -11, 2 ** -25],
  bfloat16: [2 ** -8, 0],
};

/**
 * The saved result, where all of its files hold what was trained.
 * @throws AtelierError `weights` for a file that lacks a tensor or holds other numbers; `file`, `format`.
 */
export async function readResult(options: ReadResultOptions): Promise<TrainedResult> {
  const { adapter, embedding, weights } = options.result;
  return {
    ...(adapter === undefined ? {} : { adapter: await readAdapters(options, adapter) }),
    ...(embedding === undefined ? {} : { embedding: await readEmbeddings(options, embedding) }),
    ...(weights === undefined ? {} : { weights: await readWeights(options, weights) }),
  };
}

type Compare = (where: string, expected: FloatTensor, found: FloatTensor | undefined) => void;

function comparison({ dtype }: TrainConfig["output"]): Compare {
  const [relative, absolute] = rounding[dtype];
  return (where, expected, found) => {
    const bad = expected.data.findIndex(
      (value, i) =>
        !(
          Math.abs(value - (found?.data[i] ?? Number.NaN)) <=
          relative * Math.abs(value) + absolute
        ),
    );
    if (bad < 0 && found?.data.length === expected.data.length) return;
    throw new AtelierError(
      "weights",
      said`${where}: expected what was trained, got ${found === undefined ? "nothing" : `${found.data[bad]} for ${expected.data[bad]} at element ${bad}`}. The file was changed or damaged while it was written; resume the run to write it again.`,
    );
  };
}

/** Every form of an adapter's files; a form of several files has the models' adapters apart. */
async function readAdapters(
  options: ReadResultOptions,
  adapter: LoraWeights,
): Promise<LoraWeights> {
  const { files, base, config, saved } = options;
  const own = saved.filter(({ kind }) => kind === "adapter");
  const compare = comparison(config.output);
  const { embedding } = options.result;
  const forms: LoraWeights[] = [];
  for (const form of new Set(own.map((file) => file.form))) {
    const paths = pathsOf(own.filter((file) => file.form === form));
    const modules = new Map<string, LoraModule>();
    for (const path of paths) {
      const { adapter: found } = await readAdapter(files, path, { base });
      for (const [name, module] of found.weights.modules) modules.set(name, module);
      for (const { token, vectors } of found.weights.words ?? []) {
        for (const [encoder, word] of embedding?.vectors ?? []) {
          compare(`${path}: ${token}`, word, vectors.get(encoder));
        }
      }
    }
    for (const [name, { parts }] of adapter.modules) {
      for (const [part, tensor] of partEntries(parts)) {
        compare(`${paths.join(", ")}: ${part} of ${name}`, tensor, modules.get(name)?.parts[part]);
      }
    }
    forms.push({ modules, metadata: new Map() });
  }
  return forms[0] ?? adapter;
}

async function readEmbeddings(
  { files, config, saved }: ReadResultOptions,
  embedding: NonNullable<TrainedResult["embedding"]>,
): Promise<NonNullable<TrainedResult["embedding"]>> {
  const compare = comparison(config.output);
  let first: typeof embedding | undefined;
  for (const path of pathsOf(saved.filter(({ kind }) => kind === "embedding"))) {
    const { embedding: found } = await readEmbedding(files, path, { token: embedding.token });
    // diffusers has a file for each text encoder, which tells of itself by its name alone.
    const only = textEncoderNames.find((name) => path.endsWith(DIFFUSERS_EMBEDDING_NAMES[name]));
    for (const [encoder, vectors] of embedding.vectors) {
      if (only !== undefined && encoder !== only) continue;
      const [alone] = found.vectors.values();
      compare(
        `${path}: ${encoder}`,
        vectors,
        only === undefined ? found.vectors.get(encoder) : alone,
      );
    }
    if (found.vectors.size === embedding.vectors.size) first ??= found;
  }
  return first ?? embedding;
}

async function readWeights(
  { files, config, saved }: ReadResultOptions,
  weights: NonNullable<TrainedResult["weights"]>,
): Promise<NonNullable<TrainedResult["weights"]>> {
  const path = resultOfKind(saved, "model")?.path ?? "";
  const model = await openModelFiles(files, path);
  try {
    const compare = comparison(config.output);
    const read: Partial<Record<ComponentName, ReadonlyMap<string, FloatTensor>>> = {};
    for (const name of presentComponents(model.family, configsOf(model))) {
      const found = new Map<string, FloatTensor>();
      for (const [tensorName, expected] of weights[name] ?? []) {
        const tensor = await componentOf(model, name).weights.readFloat32(tensorName);
        compare(`${path}: ${tensorName}`, expected, tensor);
        found.set(tensorName, tensor);
      }
      if (found.size > 0) read[name] = found;
    }
    return read;
  } finally {
    await model.close();
  }
}
