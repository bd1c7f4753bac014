/** @file What `atelier inspect` says of textual-inversion embeddings. */

import { type Sentence, type SentenceParam, said, sizeOf } from "@atelier/engine";
import { fileNameOfToken, isOneWord, stemOf } from "../core/embedding.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import { families } from "../families/families.js";
import type { FamilyId } from "../families/family.js";
import type { TensorFile } from "../files/tensor-file.js";
import {
  detectEmbeddingFile,
  type EmbeddingFileFacts,
  type EmbeddingFormat,
} from "../files/word/detect-embedding-file.js";
import { bytesOf, dtypesOf } from "./inspect-adapter.js";
import { nonFiniteProblems } from "./inspect-checkpoint.js";
import type { Inspection, InspectOptions, Problem } from "./inspection.js";
import { scanValues } from "./scan-values.js";

/** Families by the widths of an embedding's vectors. */
const familyByWidths: ReadonlyMap<string, FamilyId> = new Map([
  ["768", "sd1"],
  ["1024", "sd2"],
  ["1280", "sdxl"],
  ["768,1280", "sdxl"],
]);

/** Who reads each form. */
const formats: { readonly [F in EmbeddingFormat]: Sentence | string } = {
  diffusers: "diffusers",
  a1111: said`A1111 (pickled)`,
  kohya: said`A1111, ComfyUI and kohya`,
  sdxl: "ComfyUI",
  tensor: said`a tensor without a name`,
};

/** Inspects a file as an embedding; `undefined` when it is none. @throws AtelierError `file`. */
export async function inspectEmbedding(
  file: TensorFile,
  options: InspectOptions = {},
): Promise<Inspection | undefined> {
  const { path, entries, metadata, notes } = file;
  const facts = detectEmbeddingFile(entries, metadata);
  if (facts === undefined) return undefined;
  const shapes = [...facts.keys.values()].map((key) => entries.get(key)?.shape ?? []);
  const widths = shapes.map((shape) => shape.at(-1) ?? 0).sort((a, b) => a - b);
  const family = familyByWidths.get(widths.join());
  const { nonFinite, allZero } = await scanValues(file, options);
  const zero: Problem[] = allZero.map((name) => ({
    severity: "warning",
    ...warning("zero-vectors", { tensor: name }),
  }));
  const { words, notes: wordNotes } = wordsOf(path, facts);
  return {
    path,
    kind: "embedding",
    format: formats[facts.format],
    ...(family === undefined ? {} : { family }),
    fits:
      family === undefined
        ? said`checkpoints whose text encoder is ${bothOf(widths)} wide; no known family is.`
        : said`checkpoints of ${families[family].title}.`,
    parameterCount: shapes.reduce((sum, shape) => sum + sizeOf(shape), 0),
    sizeBytes: bytesOf(file),
    dtypes: dtypesOf(file),
    triggerWords: words,
    embedding: {
      vectors: Math.max(...shapes.map((shape) => (shape.length === 2 ? (shape[0] ?? 1) : 1))),
      width: widths.at(-1) ?? 0,
    },
    problems: [...nonFiniteProblems(path, nonFinite), ...zero],
    notes: [...notes, ...wordNotes],
  };
}

const bothOf = (widths: readonly SentenceParam[]): SentenceParam =>
  widths.reduce((first, second) => said`${first} and ${second}`);

/** What to write in a prompt: of two names the one that the program it comes from takes, and that can be a word. */
function wordsOf(
  path: string,
  { token, format }: EmbeddingFileFacts,
): { readonly words: readonly string[]; readonly notes: readonly Warning[] } {
  const stem = stemOf(path);
  if (token === undefined) {
    return { words: [stem], notes: [warning("word-of-file-name", {})] };
  }
  const names = format === "a1111" ? [stem, token] : [token, stem];
  const [word = token, other] = names.filter(isOneWord);
  if (fileNameOfToken(token) === stem) return { words: [token], notes: [] };
  if (other === undefined) {
    const bad = names.find((name) => name !== word) ?? token;
    return { words: [word], notes: [warning("other-name-with-space", { name: bad })] };
  }
  return { words: [word], notes: [warning("two-names", { name: word, other })] };
}
