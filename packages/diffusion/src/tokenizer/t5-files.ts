/**
 * @file The files of a T5 tokenizer folder: `tokenizer.json`, or `spiece.model`; beside them
 * `tokenizer_config.json`. Both become one definition.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { z } from "zod";
import { readJson } from "../core/read-text.js";
import type { AddedToken } from "./added-tokens.js";
import { parseSentencePieceModel } from "./sentencepiece-model.js";

/** What is done to a text before it is cut, in this order. */
export type T5Step =
  /** By a map that the tokenizer brings along. */
  | { readonly kind: "charsmap"; readonly bytes: Uint8Array }
  | { readonly kind: "strip"; readonly left: boolean; readonly right: boolean }
  /** Several spaces become one of these. */
  | { readonly kind: "join-spaces"; readonly as: string };

/** All that distinguishes one T5 tokenizer from another. */
export interface UnigramDefinition {
  readonly vocabulary: readonly (readonly [token: string, score: number])[];
  readonly unknownId: number;
  /** Whether what no token covers becomes bytes. */
  readonly byteFallback: boolean;
  readonly normalization: readonly T5Step[];
  /** Whether white space of any kind parts a text before spaces do. */
  readonly splitsWhiteSpace: boolean;
  readonly addedTokens: readonly AddedToken[];
  readonly eosId: number;
  readonly padId: number;
  /** Names the file in messages. */
  readonly path: string;
}

/** What SentencePiece has for a space. */
export const spaceMark = "\u2581";

const flagged = z.object({ strip_left: z.boolean(), strip_right: z.boolean() });
const normalizerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("Precompiled"), precompiled_charsmap: z.base64() }),
  z.object({ type: z.literal("Strip"), ...flagged.shape }),
  z.object({
    type: z.literal("Replace"),
    pattern: z.object({ Regex: z.literal(" {2,}") }),
    content: z.enum([" ", spaceMark]),
  }),
]);
const normalizersSchema = z.union([
  normalizerSchema,
  z.object({ type: z.literal("Sequence"), normalizers: z.array(normalizerSchema).max(8) }),
]);
const metaspace = z.object({
  type: z.literal("Metaspace"),
  replacement: z.literal(spaceMark),
  // Older files say it by add_prefix_space.
  prepend_scheme: z.literal("always").optional(),
  add_prefix_space: z.literal(true).optional(),
  split: z.literal(true).optional(),
});
const splitterSchema = z.union([
  metaspace,
  z.object({
    type: z.literal("Sequence"),
    pretokenizers: z.tuple([z.object({ type: z.literal("WhitespaceSplit") }), metaspace]),
  }),
]);
const addedTokenSchema = z.object({
  id: z.int().min(0),
  content: z.string().min(1),
  normalized: z.literal(false),
  special: z.boolean().default(false),
  lstrip: z.boolean().optional(),
  rstrip: z.boolean().optional(),
  single_word: z.boolean().optional(),
});
const tokenizerSchema = z.object({
  added_tokens: z.array(addedTokenSchema).default([]),
  normalizer: normalizersSchema.nullable(),
  pre_tokenizer: splitterSchema,
  model: z.object({
    type: z.literal("Unigram"),
    unk_id: z.int().min(0),
    byte_fallback: z.boolean().default(false),
    vocab: z.array(z.tuple([z.string(), z.number()])).min(1),
  }),
});
const tokenName = z.union([z.string(), z.object({ content: z.string() })]);
const settingsSchema = z.object({
  eos_token: tokenName.nullish(),
  pad_token: tokenName.nullish(),
  extra_ids: z.int().min(0).max(10_000).nullish(),
});

/**
 * Reads a tokenizer folder.
 * @throws AtelierError `file` when no vocabulary is there, `format` when a file is not what it should be.
 */
export async function readT5Files(files: FileStore, folder: string): Promise<UnigramDefinition> {
  const at = (name: string) => files.join(folder, name);
  const has = async (name: string) => (await files.stat(at(name)))?.kind === "file";
  const config = (await has("tokenizer_config.json"))
    ? await readJson(files, at("tokenizer_config.json"))
    : {};
  const settings = parse(settingsSchema, config, at("tokenizer_config.json"));
  const found = await readVocabulary(files, { folder, has, extraIds: settings.extra_ids ?? 100 });
  const ids = new Map([
    ...found.vocabulary.map(([token], id) => [token, id] as const),
    ...found.addedTokens.map(({ content, id }) => [content, id] as const),
  ]);
  if (found.unknownId >= found.vocabulary.length) {
    throw malformed(found.path, `unk_id ${found.unknownId} of ${found.vocabulary.length} tokens`);
  }
  const idOf = (token: z.output<typeof tokenName>): number => {
    const content = typeof token === "string" ? token : token.content;
    const id = ids.get(content);
    if (id !== undefined) return id;
    throw malformed(found.path, `no token ${JSON.stringify(content)}`);
  };
  return {
    ...found,
    eosId: idOf(settings.eos_token ?? "</s>"),
    padId: idOf(settings.pad_token ?? "<pad>"),
  };
}

type Vocabulary = Omit<UnigramDefinition, "eosId" | "padId">;

async function readVocabulary(
  files: FileStore,
  {
    folder,
    has,
    extraIds,
  }: {
    readonly folder: string;
    readonly has: (name: string) => Promise<boolean>;
    readonly extraIds: number;
  },
): Promise<Vocabulary> {
  if (await has("tokenizer.json")) {
    const path = files.join(folder, "tokenizer.json");
    return ofTokenizerJson(parse(tokenizerSchema, await readJson(files, path), path), path);
  }
  if (await has("spiece.model")) {
    return await readSentencePiece(files, files.join(folder, "spiece.model"), extraIds);
  }
  throw new AtelierError(
    "file",
    said`${folder}: expected a T5 tokenizer (tokenizer.json or spiece.model), got neither. Copy one of these files from the base model.`,
  );
}

function ofTokenizerJson(
  { added_tokens, normalizer, pre_tokenizer, model }: z.output<typeof tokenizerSchema>,
  path: string,
): Vocabulary {
  const steps = normalizer?.type === "Sequence" ? normalizer.normalizers : [normalizer];
  return {
    vocabulary: model.vocab,
    unknownId: model.unk_id,
    byteFallback: model.byte_fallback,
    normalization: steps.flatMap((step) => (step === null ? [] : [stepOf(step)])),
    splitsWhiteSpace: pre_tokenizer.type === "Sequence",
    addedTokens: added_tokens,
    path,
  };
}

function stepOf(step: z.output<typeof normalizerSchema>): T5Step {
  switch (step.type) {
    case "Precompiled": {
      const text = atob(step.precompiled_charsmap);
      return { kind: "charsmap", bytes: Uint8Array.from(text, (one) => one.charCodeAt(0)) };
    }
    case "Strip":
      return { kind: "strip", left: step.strip_left, right: step.strip_right };
    case "Replace":
      return { kind: "join-spaces", as: step.content };
    default:
      return step satisfies never;
  }
}

/** The largest known one, of a million tokens, has 15 MB. */
const maxModelBytes = 64 * 1024 * 1024;

/** As transformers reads it: with T5's extra ids behind the vocabulary, the last first. */
async function readSentencePiece(
  files: FileStore,
  path: string,
  extraIds: number,
): Promise<Vocabulary> {
  const file = await files.open(path);
  try {
    if (file.sizeBytes > maxModelBytes) throw malformed(path, `a file of ${file.sizeBytes} bytes`);
    const model = parseSentencePieceModel(await file.read(0, file.sizeBytes), path);
    const extra = Array.from({ length: extraIds }, (_, i) => `<extra_id_${extraIds - 1 - i}>`);
    const vocabulary = [...model.vocabulary, ...extra.map((token) => [token, 0] as const)];
    const special = new Set(["<pad>", "</s>", "<unk>", ...extra]);
    return {
      ...model,
      vocabulary,
      normalization:
        model.charsmap.length === 0 ? [] : [{ kind: "charsmap", bytes: model.charsmap }],
      splitsWhiteSpace: true,
      addedTokens: vocabulary.flatMap(([content], id) =>
        special.has(content) ? [{ content, id, normalized: false, special: true }] : [],
      ),
      path,
    };
  } finally {
    await file.close();
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join(".") || "value"}: ${issue.message}`);
  throw malformed(path, problems.join("; "));
}

function malformed(path: string, got: string): AtelierError {
  return new AtelierError(
    "format",
    said`${path}: expected a file of T5's tokenizer, got ${got}. Restore it from the model's source.`,
  );
}
