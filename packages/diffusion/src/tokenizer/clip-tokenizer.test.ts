/** @file Token ids, compared with those of transformers' tokenizers. */

import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSafetensors } from "../io/safetensors/open-safetensors.js";
import { type ClipTokenizer, loadClipTokenizer } from "./clip-tokenizer.js";

interface Expected {
  readonly text: string;
  /** Repeated padding at the end is left out. */
  readonly ids: readonly number[];
  readonly count: number;
}

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const small = join(root, "test/fixtures/tokenizer-small");
// The fixture is our own file, written with these three lists.
const expected = JSON.parse(readFileSync(join(small, "expected.json"), "utf8")) as Record<
  "default" | "pad" | "added",
  readonly Expected[]
>;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-tokenizer-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Copies `names` of the small tokenizer and writes `extra` files into a new folder. */
async function makeFolder(
  names: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<string> {
  const target = await mkdtemp(join(folder, "case-"));
  for (const name of names) await copyFile(join(small, name), join(target, name));
  for (const [name, text] of Object.entries(extra)) await writeFile(join(target, name), text);
  return target;
}

function expectSame(tokenizer: ClipTokenizer, rows: readonly Expected[]): void {
  for (const { text, ids, count } of rows) {
    const encoded = tokenizer.encode(text);
    const padded = [...ids];
    while (padded.length < tokenizer.maxLength) padded.push(tokenizer.padTokenId);
    expect(encoded.ids, JSON.stringify(text)).toEqual(padded);
    expect(encoded.tokenCount, JSON.stringify(text)).toBe(count);
  }
}

describe("loadClipTokenizer", () => {
  it("gives the ids of transformers from tokenizer.json", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, await makeFolder(["tokenizer.json"]));
    expect(tokenizer).toMatchObject({ maxLength: 77, vocabularySize: 600, padTokenId: 599 });
    expectSame(tokenizer, expected.default);
  });

  it("gives the ids of transformers from vocab.json and merges.txt", async () => {
    const path = await makeFolder(["vocab.json", "merges.txt"]);
    expectSame(await loadClipTokenizer(nodeFiles, path), expected.default);
  });

  it("pads with the pad token of the config, which then is a token of its own in the text", async () => {
    const config = JSON.stringify({ pad_token: "!", model_max_length: 77 });
    const path = await makeFolder(["tokenizer.json"], { "tokenizer_config.json": config });
    const tokenizer = await loadClipTokenizer(nodeFiles, path);
    expect(tokenizer.padTokenId).toBe(0);
    expectSame(tokenizer, expected.pad);
  });

  it("lets special_tokens_map.json win in folders without added_tokens_decoder", async () => {
    const path = await makeFolder(["vocab.json", "merges.txt"], {
      "tokenizer_config.json": JSON.stringify({ pad_token: "<|endoftext|>" }),
      "special_tokens_map.json": JSON.stringify({ pad_token: "!" }),
    });
    expect((await loadClipTokenizer(nodeFiles, path)).padTokenId).toBe(0);
    const newer = await makeFolder(["vocab.json", "merges.txt"], {
      "tokenizer_config.json": JSON.stringify({
        pad_token: "<|endoftext|>",
        added_tokens_decoder: {},
      }),
      "special_tokens_map.json": JSON.stringify({ pad_token: "!" }),
    });
    expect((await loadClipTokenizer(nodeFiles, newer)).padTokenId).toBe(599);
  });

  it("adds tokens behind the vocabulary as transformers does", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, small);
    const extended = tokenizer.withTokens(["<my-cat>", "<My-Cat>_1"]);
    expect(extended.vocabularySize).toBe(602);
    expect(extended.tokenId("<my-cat>")).toBe(600);
    expectSame(extended, expected.added);
    expect(() => extended.withTokens(["<MY-CAT>"])).toThrow("exists already");
    expect(() => tokenizer.withTokens(["two words"])).toThrow("without white space");
    expect(() => tokenizer.withTokens([""])).toThrow("expected a new token");
  });

  it("tells what it cut off", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, small);
    const { ids, truncated, tokenCount } = tokenizer.encode(`${"dog ".repeat(75)}The Cat sits`);
    expect(ids).toHaveLength(77);
    expect(ids.at(-1)).toBe(tokenizer.eosTokenId);
    expect(truncated).toBe("the cat sits");
    expect(tokenCount).toBe(75 + tokenizer.encode("the cat sits").tokenCount);
    expect(tokenizer.encode("dog ".repeat(75)).truncated).toBe("");
  });

  it("encodes a text of many thousand tokens", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, small);
    expect(tokenizer.encode("dog ".repeat(20_000)).tokenCount).toBe(20_000);
    expect(tokenizer.encode("z".repeat(20_000)).tokenCount).toBe(20_000);
  });
});

describe("bad tokenizer folders", () => {
  const load = async (names: readonly string[], extra: Readonly<Record<string, string>>) =>
    loadClipTokenizer(nodeFiles, await makeFolder(names, extra));

  it("says which files it looked for", async () => {
    await expect(load([], {})).rejects.toThrow("tokenizer.json, or vocab.json and merges.txt");
  });

  it("refuses broken, empty and mislabelled files", async () => {
    await expect(load([], { "tokenizer.json": "" })).rejects.toThrow("got an empty file");
    await expect(load([], { "tokenizer.json": "{" })).rejects.toThrow("does not parse");
    await expect(load([], { "tokenizer.json": "<!DOCTYPE html>" })).rejects.toThrow("a web page");
    await expect(
      load([], { "tokenizer.json": "version https://git-lfs.github.com/spec/v1\noid sha256:0" }),
    ).rejects.toThrow("a Git LFS pointer");
    await expect(load(["vocab.json"], { "merges.txt": "a b c\n" })).rejects.toThrow("two parts");
    await expect(load(["merges.txt"], { "vocab.json": '{"a":0}' })).rejects.toThrow(
      'special token "<|startoftext|>"',
    );
  });

  it("refuses a tokenizer of another kind", async () => {
    const t5 = JSON.stringify({
      model: { type: "Unigram" },
      normalizer: null,
      pre_tokenizer: null,
    });
    await expect(load([], { "tokenizer.json": t5 })).rejects.toThrow("Only CLIP tokenizers");
  });
});

const pipeline = join(root, "../shared/fixtures/pipeline");
const reference = join(pipeline, "pipeline/tokenizer");
const hasReference = existsSync(reference);
if (!hasReference)
  console.warn(`skip: ${reference} is absent, CLIP's own vocabulary is not tested`);

describe.skipIf(!hasReference)("CLIP's own vocabulary", () => {
  it("gives the ids that transformers gives", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, reference);
    expect(tokenizer).toMatchObject({ vocabularySize: 49408, maxLength: 77, padTokenId: 49407 });
    expect(tokenizer.encode("a photo of sks dog in a spacesuit").ids.slice(0, 12)).toEqual([
      49406, 320, 1125, 539, 48136, 1929, 530, 320, 7857, 3940, 49407, 49407,
    ]);
  });

  it("gives the tokens of the reference pipeline, an added one included", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, reference);
    const tensors = await openSafetensors(nodeFiles, join(pipeline, "tensors.safetensors"));
    const rows = async (name: string) => {
      const { data, shape } = await tensors.read(name);
      const [count = 0, length = 0] = shape;
      return Array.from({ length: count }, (_, row) =>
        [...data.slice(row * length, (row + 1) * length)].map(Number),
      );
    };
    const prompts = ["a photo of sks dog in a spacesuit", "blurry"];
    expect(prompts.map((prompt) => tokenizer.encode(prompt).ids)).toEqual(await rows("tokens"));
    const [instance, , ordinary] = await rows("train.tokens");
    expect(tokenizer.encode("a photo of sks dog").ids).toEqual(instance);
    expect(tokenizer.encode("a photo of a dog").ids).toEqual(ordinary);
    const { ids } = tokenizer
      .withTokens(["<my-style>"])
      .encode("a painting in the style of <my-style>");
    expect(ids).toEqual((await rows("train.ti_tokens"))[0]);
    await tensors.close();
  });
});
