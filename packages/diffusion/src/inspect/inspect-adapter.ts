/** @file What `atelier inspect` says of adapter files. */

import { errorSentence, type FileStore, type Sentence, said } from "@atelier/engine";
import { isOneWord } from "../core/embedding.js";
import { isJsonObject } from "../core/json-object.js";
import { readText } from "../core/read-text.js";
import { some } from "../core/warnings/param-kinds.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import { families } from "../families/families.js";
import { adaptableLayers } from "../families/layers.js";
import { configsOf } from "../families/model-files.js";
import { architectureOf } from "../files/adapter/base-architecture.js";
import { readBundledWords } from "../files/adapter/bundled-words.js";
import { detectLoraFile, type LoraFileFacts } from "../files/adapter/detect-lora-file.js";
import { pickledAlphas } from "../files/adapter/group-keys.js";
import { type LoraConfig, parseAdapterConfig } from "../files/adapter/lora-config.js";
import { parseLoraKey } from "../files/adapter/lora-keys.js";
import { readLora } from "../files/adapter/read-lora.js";
import { readAdapterClaims } from "../files/model/adapter-claims.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { toldByMetadata } from "../files/model/told-prediction.js";
import type { SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import { readScalar } from "../files/safetensors/read-scalar.js";
import { writtenNumber } from "../files/safetensors/written-number.js";
import type { TensorFile } from "../files/tensor-file.js";
import { adapterMisfits, listMisfits } from "../tuning/adapter-fit.js";
import { nonFiniteProblems } from "./inspect-checkpoint.js";
import { errorProblem, type Inspection, type InspectOptions, type Problem } from "./inspection.js";
import { scanValues, type ValueScan } from "./scan-values.js";

/** How many trigger words are shown of files that count every tag of their captions. */
const maxTriggerWords = 10;

/** Options of {@link inspectAdapter}. */
export interface InspectAdapterOptions extends InspectOptions {
  /** PEFT's config beside the file. */
  readonly configPath?: string | undefined;
  /** The folder that the adapter is, where it is one. */
  readonly folder?: string | undefined;
}

/** Inspects a file as an adapter; `undefined` when it is none. @throws AtelierError `file`. */
export async function inspectAdapter(
  files: FileStore,
  file: TensorFile,
  options: InspectAdapterOptions = {},
): Promise<Inspection | undefined> {
  const { configPath, folder = file.path } = options;
  const facts = detectLoraFile(file.entries, file.metadata);
  if (facts === undefined) return undefined;
  const scan = await scanValues(file, options);
  const told = toldByMetadata(file.metadata);
  const config =
    configPath === undefined
      ? undefined
      : parseAdapterConfig(configPath, await readText(files, configPath)).get(undefined);
  const alphaType = file.entries.get(facts.alphaKeys[0] ?? "")?.dtype;
  const read = options.readsValues === false ? undefined : await alphasOf(file, facts, config);
  const alphas = read?.map((alpha) => writtenNumber(alpha, alphaType));
  const { notes: wordNotes } = await readBundledWords(file);
  return {
    path: file.path,
    kind: "adapter",
    format: facts.format === "unknown" ? said`unknown` : facts.format,
    ...(facts.family === undefined ? {} : { family: facts.family }),
    fits: fitOf(file, facts),
    ...(told === undefined ? {} : { predicts: { type: told.type, isAssumed: false } }),
    ...(facts.title === undefined ? {} : { title: facts.title }),
    parameterCount: facts.parameterCount,
    sizeBytes: bytesOf(file),
    dtypes: dtypesOf(file),
    adapter: {
      tuning: facts.kinds,
      ranks: facts.ranks,
      alphas: alphas ?? [],
      moduleCount: facts.moduleCount,
      changesTextEncoder: facts.changesTextEncoder,
      hasConvolutions: facts.hasConvolutions,
    },
    triggerWords: [
      ...new Set([
        ...facts.words.filter(isOneWord),
        ...triggerWords(file.metadata, facts.triggerPhrase),
      ]),
    ],
    problems: [
      ...adapterProblems(file, facts, scan, alphas),
      ...(options.base === undefined ? [] : await fitProblems(files, folder, options)),
    ],
    notes: [
      ...file.notes,
      ...wordNotes,
      ...facts.words
        .filter((word) => !isOneWord(word))
        .map((word) => warning("word-with-space", { word })),
    ],
  };
}

function fitOf(file: SafetensorsFile, { family }: LoraFileFacts): Sentence {
  if (family !== undefined) return said`checkpoints of ${families[family].title}.`;
  const architecture = architectureOf(file.metadata);
  if (architecture !== undefined) return said`checkpoints of ${architecture}, as it says.`;
  const width = [...file.entries].find(([key]) => /attn2[._]to[._]k[._]lora.*(A|down)/.test(key));
  const context = width?.[1].shape[1];
  return context === undefined
    ? said`an unknown base: the file names no model and adapts no cross-attention.`
    : said`checkpoints whose text encoder is ${context} wide; no known family is.`;
}

async function alphasOf(
  file: SafetensorsFile,
  facts: LoraFileFacts,
  config: LoraConfig | undefined,
): Promise<number[]> {
  const alphas = new Set<number>();
  for (const key of facts.alphaKeys) alphas.add(await readScalar(file, key));
  for (const key of pickledAlphas(file)) alphas.add(Number(file.metadata.get(key)));
  const common = config?.alpha ?? facts.alpha;
  if (alphas.size === 0 && common !== undefined) {
    for (const alpha of [common, ...(config?.alphaPattern.values() ?? [])]) alphas.add(alpha);
  }
  return [...alphas].sort((a, b) => a - b);
}

function adapterProblems(
  file: SafetensorsFile,
  { unreadable, unknownKeys, moduleCount, broken }: LoraFileFacts,
  { nonFinite, allZero }: ValueScan,
  alphas: readonly number[] | undefined,
): Problem[] {
  const problems = [...nonFiniteProblems(file.path, nonFinite)];
  const warn = (told: Warning) => problems.push({ severity: "warning", ...told });
  if (unreadable.length > 0) warn(warning("unreadable-adapter", { kinds: unreadable }));
  // A factor of zeros makes the whole product zero; a magnitude is no factor.
  const dead = new Map(
    allZero.flatMap((key) => {
      const { module, part = "alpha" } = parseLoraKey(key) ?? {};
      return part === "alpha" || part === "magnitude" ? [] : [[module, key] as const];
    }),
  );
  if (dead.size > 0) {
    const tensors = some([...dead.values()]);
    warn(
      dead.size === moduleCount
        ? warning("zero-adapter", {})
        : warning("zero-modules", { tensors, modules: moduleCount }),
    );
  }
  problems.push(...broken.slice(0, 5).map(errorProblem));
  if (alphas?.length === 0) {
    warn(warning("no-alpha", { recorded: file.metadata.get("ss_network_alpha") }));
  }
  if (unknownKeys.length > 0) {
    warn(warning("tensors-of-no-adapter", { tensors: some(unknownKeys) }));
  }
  return problems;
}

/** Reads the adapter for a base, which finds what does not fit. */
async function fitProblems(
  files: FileStore,
  path: string,
  { base = "", parts, predictionType }: InspectOptions,
): Promise<Problem[]> {
  const claims = await readAdapterClaims(files, [path]);
  const model = await openModelFiles(files, base, { parts, predictionType, claims });
  const told: Problem[] = model.notes.map((note) => ({ severity: "warning", ...note }));
  try {
    const layers = adaptableLayers(model.family, configsOf(model));
    const { weights, unknownKeys } = await readLora(files, path, { layers });
    const misfits = adapterMisfits(weights, layers);
    const found = [
      ...(unknownKeys.length === 0
        ? []
        : [warning("tensors-of-no-layer", { base, tensors: some(unknownKeys) })]),
      ...(misfits.length === 0
        ? []
        : [
            warning("misfitting-modules", {
              base,
              count: misfits.length,
              list: listMisfits(misfits),
            }),
          ]),
    ];
    return [...told, ...found.map((problem): Problem => ({ severity: "error", ...problem }))];
  } catch (error) {
    return [...told, errorProblem(errorSentence(error))];
  } finally {
    await model.close();
  }
}

/** The phrase that the file names itself, then the tags that its captions held most often. */
function triggerWords(metadata: ReadonlyMap<string, string>, phrase: string | undefined): string[] {
  const counts = new Map<string, number>();
  for (const tags of Object.values(parseTags(metadata.get("ss_tag_frequency")))) {
    for (const [tag, count] of Object.entries(fieldsOf(tags))) {
      const known = counts.get(tag.trim()) ?? 0;
      if (typeof count === "number") counts.set(tag.trim(), known + count);
    }
  }
  const frequent = [...counts].sort(([, a], [, b]) => b - a).map(([tag]) => tag);
  const words = new Set([...(phrase === undefined ? [] : [phrase]), ...frequent]);
  return [...words].slice(0, maxTriggerWords);
}

function parseTags(json: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(json ?? "{}"));
  } catch {
    // Tags are a courtesy of the trainer that wrote them; a file without them is whole.
    return {};
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isJsonObject(value) ? value : {};
}

/** Bytes of all tensors. */
export function bytesOf({ entries }: Pick<SafetensorsFile, "entries">): number {
  return [...entries.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Distinct element types. */
export function dtypesOf({ entries }: Pick<SafetensorsFile, "entries">): string[] {
  return [...new Set([...entries.values()].map(({ dtype }) => dtype))];
}
