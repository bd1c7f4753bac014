/** @file What a run has made, as its folder records it, and read back as other programs read it. */

import { AtelierError, type FileStore, type FloatTensor, said } from "@atelier/engine";
import { type TextEncoderName, textEncoderNames } from "../../core/component-name.js";
import { type Embedding, makeEmbedding } from "../../core/embedding.js";
import type { LoraModule, LoraWeights } from "../../core/lora-weights.js";
import { quoteArgument } from "../../core/quote-argument.js";
import { readEmbedding } from "../../files/word/read-embedding.js";
import { DIFFUSERS_EMBEDDING_NAMES } from "../../files/word/write-embedding.js";
import type { AdapterBase } from "../../pipeline/adapters.js";
import { readAdapter } from "../../pipeline/read-adapter.js";
import type { RunRecord } from "../folder/run-record.js";
import type { ResultFile } from "../result/result-file.js";

/** The files of a result, and the step that it is the result of. */
export interface MadeResult {
  readonly step: number;
  /** Where they are now, also where the run's folder has been moved. */
  readonly results: readonly ResultFile[];
}

/** What a run has made. @throws AtelierError `training` where that is nothing. */
export function madeResult({ folder, events }: RunRecord): MadeResult {
  const told = events.findLast((event) => "results" in event);
  const plan = events.findLast((event) => event.type === "plan");
  if (told === undefined || !("results" in told) || told.results.length === 0) {
    throw new AtelierError(
      "training",
      said`strength ${folder}: expected a run with a result, got one that has made none so far. Go on with it first: atelier resume ${quoteArgument(folder)}.`,
      { context: { folder } },
    );
  }
  const was = plan?.folder ?? folder;
  const results = told.results.map((result) =>
    result.path.startsWith(was)
      ? { ...result, path: `${folder}${result.path.slice(was.length)}` }
      : result,
  );
  const step = told.type === "done" ? (told.kept?.best.step ?? told.step) : told.step;
  return { step, results };
}

/** The adapter of a result, without what its files say of it. @throws AtelierError as `readAdapter`. */
export async function readMadeAdapter(
  files: FileStore,
  results: readonly ResultFile[],
  base: AdapterBase,
): Promise<LoraWeights> {
  const own = results.filter(({ kind }) => kind === "adapter");
  const modules = new Map<string, LoraModule>();
  const words: Embedding[] = [];
  // PEFT's form has a file for each model.
  for (const { path } of own.filter(({ form }) => form === own[0]?.form)) {
    const { adapter } = await readAdapter(files, path, { base });
    for (const [name, module] of adapter.weights.modules) modules.set(name, module);
    words.push(...(adapter.weights.words ?? []));
  }
  return { modules, metadata: new Map(), ...(words.length === 0 ? {} : { words }) };
}

/** The new word of a result. @throws AtelierError `file`, `format`, `weights`. */
export async function readMadeWord(
  files: FileStore,
  results: readonly ResultFile[],
  token: string,
): Promise<Embedding> {
  const own = results.filter(({ kind }) => kind === "embedding");
  const whole = own.find(({ form }) => form === "webui");
  if (whole !== undefined) return (await readEmbedding(files, whole.path, { token })).embedding;
  const vectors = new Map<TextEncoderName, FloatTensor>();
  for (const encoder of textEncoderNames) {
    const name = DIFFUSERS_EMBEDDING_NAMES[encoder];
    const path = own.find((file) => file.path.endsWith(name))?.path;
    if (path === undefined) continue;
    const { embedding } = await readEmbedding(files, path, { token });
    for (const rows of embedding.vectors.values()) vectors.set(encoder, rows);
  }
  return makeEmbedding(token, { token, vectors });
}
