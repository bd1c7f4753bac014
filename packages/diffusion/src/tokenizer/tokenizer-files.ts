/**
 * @file The files of a CLIP tokenizer folder: `tokenizer.json`, or `vocab.json` with `merges.txt`;
 * with them `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` where present.
 */

import { AtelierError, type FileStore, said, shorten } from "@atelier/engine";
import { z } from "zod";
import { readJson, readText } from "../core/read-text.js";
import type { AddedToken } from "./added-tokens.js";

/** All that distinguishes one CLIP tokenizer from another. */
export interface TokenizerDefinition {
  readonly vocabulary: Readonly<Record<string, number>>;
  /** Pairs in order of rank. */
  readonly merges: readonly (readonly [string, string])[];
  readonly addedTokens: readonly AddedToken[];
  /** Ids that stand for several: the vectors of an embedding. */
  readonly expansions?: ReadonlyMap<number, readonly number[]>;
  readonly bosToken: string;
  readonly eosToken: string;
  readonly unknownToken: string;
  readonly padToken: string;
  /** Number of ids in an encoded text. */
  readonly maxLength: number;
}

const vocabularySchema = z.record(z.string(), z.int().min(0));
const addedTokenSchema = z.object({
  content: z.string().min(1),
  normalized: z.boolean().default(false),
  special: z.boolean().default(false),
  lstrip: z.boolean().optional(),
  rstrip: z.boolean().optional(),
  single_word: z.boolean().optional(),
});
const tokenSchema = z.union([z.string().min(1), addedTokenSchema]);
const settingsSchema = z.object({
  bos_token: tokenSchema.nullish(),
  eos_token: tokenSchema.nullish(),
  unk_token: tokenSchema.nullish(),
  pad_token: tokenSchema.nullish(),
  model_max_length: z.number().positive().nullish(),
  do_lower_case: z.literal(true).nullish(),
  added_tokens_decoder: z.record(z.string().regex(/^\d+$/), addedTokenSchema).optional(),
});
const stepSchema = z.object({ type: z.string() });
const tokenizerSchema = z.object({
  added_tokens: z.array(addedTokenSchema.extend({ id: z.int().min(0) })).default([]),
  normalizer: z.object({ normalizers: z.array(stepSchema) }),
  pre_tokenizer: z.object({ pretokenizers: z.array(stepSchema) }),
  model: z.object({
    type: z.literal("BPE").default("BPE"),
    end_of_word_suffix: z.literal("</w>"),
    vocab: vocabularySchema,
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  }),
});

/**
 * Reads a tokenizer folder. Old files are understood as transformers does: without
 * `added_tokens_decoder`, `special_tokens_map.json` wins over `tokenizer_config.json`, which is how
 * SD 2.x comes to pad with "!".
 * @throws AtelierError `file` when no vocabulary is there, `format` when a file is not what it should be.
 */
export async function readTokenizerFiles(
  files: FileStore,
  folder: string,
): Promise<TokenizerDefinition> {
  const at = (name: string) => files.join(folder, name);
  const has = async (name: string) => (await files.stat(at(name)))?.kind === "file";
  const optional = async (name: string) =>
    (await has(name)) ? await readJson(files, at(name)) : undefined;

  const config = await optional("tokenizer_config.json");
  const own = parse(settingsSchema, config ?? {}, at("tokenizer_config.json"));
  const legacy =
    own.added_tokens_decoder === undefined ? await optional("special_tokens_map.json") : undefined;
  const map = parse(settingsSchema, legacy ?? {}, at("special_tokens_map.json"));
  const settings = {
    bos: map.bos_token ?? own.bos_token ?? "<|startoftext|>",
    eos: map.eos_token ?? own.eos_token ?? "<|endoftext|>",
    unknown: map.unk_token ?? own.unk_token ?? "<|endoftext|>",
    pad: map.pad_token ?? own.pad_token ?? "<|endoftext|>",
  };

  const { vocabulary, merges, added } = await readVocabulary(files, folder, has);
  const extra = parse(
    vocabularySchema,
    (await optional("added_tokens.json")) ?? {},
    at("added_tokens.json"),
  );
  const addedTokens = new Map<string, AddedToken>(added.map((token) => [token.content, token]));
  for (const [id, token] of Object.entries(own.added_tokens_decoder ?? {})) {
    addedTokens.set(token.content, { ...token, id: Number(id) });
  }
  for (const [content, id] of Object.entries(extra)) {
    addedTokens.set(content, { content, id, normalized: true, special: false });
  }
  const known = new Set(addedTokens.keys());
  for (const token of [settings.bos, settings.eos, settings.unknown, settings.pad]) {
    const content = contentOf(token);
    if (known.has(content)) continue;
    const id = vocabulary[content];
    if (id === undefined) {
      throw new AtelierError(
        "format",
        said`${folder}: expected the special token ${JSON.stringify(content)} in the vocabulary, got none. Restore the tokenizer's files from one source.`,
      );
    }
    const form = typeof token === "string" ? { normalized: false } : token;
    addedTokens.set(content, { ...form, content, id, special: true });
  }
  return {
    vocabulary,
    merges,
    addedTokens: [...addedTokens.values()],
    bosToken: contentOf(settings.bos),
    eosToken: contentOf(settings.eos),
    unknownToken: contentOf(settings.unknown),
    padToken: contentOf(settings.pad),
    maxLength: Math.min(own.model_max_length ?? 77, 77),
  };
}

interface Vocabulary {
  readonly vocabulary: Readonly<Record<string, number>>;
  readonly merges: readonly (readonly [string, string])[];
  readonly added: readonly AddedToken[];
}

async function readVocabulary(
  files: FileStore,
  folder: string,
  has: (name: string) => Promise<boolean>,
): Promise<Vocabulary> {
  if (await has("tokenizer.json")) {
    const path = files.join(folder, "tokenizer.json");
    const parsed = parse(tokenizerSchema, await readJson(files, path), path);
    requireClipSteps(path, parsed.normalizer.normalizers, ["NFC", "Replace", "Lowercase"]);
    requireClipSteps(path, parsed.pre_tokenizer.pretokenizers, ["Split", "ByteLevel"]);
    const merges = parsed.model.merges.map((merge) =>
      typeof merge === "string" ? parseMerge(merge, path) : merge,
    );
    return { vocabulary: parsed.model.vocab, merges, added: parsed.added_tokens };
  }
  if ((await has("vocab.json")) && (await has("merges.txt"))) {
    const path = files.join(folder, "vocab.json");
    const mergesPath = files.join(folder, "merges.txt");
    const lines = (await readText(files, mergesPath)).split(/\r?\n/);
    const merges = lines
      .filter((line, index) => line !== "" && !(index === 0 && line.startsWith("#version")))
      .map((line) => parseMerge(line, mergesPath));
    return {
      vocabulary: parse(vocabularySchema, await readJson(files, path), path),
      merges,
      added: [],
    };
  }
  throw new AtelierError(
    "file",
    said`${folder}: expected a CLIP tokenizer (tokenizer.json, or vocab.json and merges.txt), got neither. Copy these files from the base model.`,
  );
}

function parseMerge(line: string, path: string): readonly [string, string] {
  const [left, right, ...rest] = line.split(" ");
  if (left && right && rest.length === 0) return [left, right];
  throw new AtelierError(
    "format",
    said`${path}: expected two parts separated by a space, got ${JSON.stringify(shorten(line, 40))}. Restore the file.`,
  );
}

function requireClipSteps(
  path: string,
  steps: readonly { readonly type: string }[],
  expected: readonly string[],
): void {
  const got = steps.map((step) => step.type).join(", ");
  if (got === expected.join(", ")) return;
  throw new AtelierError(
    "format",
    said`${path}: expected CLIP's steps ${expected.join(", ")}, got ${got || "none"}. Only CLIP tokenizers are supported.`,
  );
}

function contentOf(token: z.output<typeof tokenSchema>): string {
  return typeof token === "string" ? token : token.content;
}

function parse<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join(".") || "value"}: ${issue.message}`);
  throw new AtelierError(
    "format",
    said`${path}: expected a CLIP tokenizer's file, got ${problems.join("; ")}. Only CLIP tokenizers are supported.`,
    { context: { problems } },
  );
}
