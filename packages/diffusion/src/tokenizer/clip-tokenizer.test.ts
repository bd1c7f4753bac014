/** @file Token ids, compared with those of transformers' tokenizers. */

import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crc32 } from "../files/crc32.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { sharedFile } from "../testing/fixtures.js";
import { randomTextSums, randomTexts } from "../testing/random-texts.js";
import { type ClipTokenizer, createClipTokenizer, loadClipTokenizer } from "./clip-tokenizer.js";
import { readTokenizerFiles } from "./tokenizer-files.js";

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

/** Texts of the 10,000 whose ids are not those that the checksums are of. */
async function textsThatDiffer(path: string, sums: Uint32Array): Promise<string[]> {
  const definition = await readTokenizerFiles(nodeFiles, path);
  const tokenizer = createClipTokenizer({ ...definition, maxLength: 1000 });
  const checksum = (text: string): number => {
    const { ids, tokenCount } = tokenizer.encode(text);
    return crc32(new TextEncoder().encode(ids.slice(1, 1 + tokenCount).join()));
  };
  const texts = randomTexts();
  expect(texts).toHaveLength(10_000);
  return texts.filter((text, index) => checksum(text) !== sums[index]);
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

  it("gives the ids of transformers for 10,000 texts of all of Unicode", async () => {
    expect(await textsThatDiffer(small, randomTextSums("random-ids"))).toEqual([]);
  });

  // Expected: the Rust library tokenizers 0.23.
  it.each([
    ["a,\ufeffb", [320, 11, 171, 119, 379, 321]],
    ["a!\ufeff!", [320, 0, 171, 119, 123, 256]],
    ["a, \ufeffb", [320, 267, 171, 119, 379, 321]],
    ["\ufeffa", [171, 119, 379, 320]],
    ["ΟΔΟΣ", [138, 123, 138, 112, 138, 123, 139, 481]],
    ["ΟΔΟΣ a", [138, 123, 138, 112, 138, 123, 139, 481, 320]],
    ["ΑΣ's", [138, 109, 139, 481, 6, 338]],
    ["<|EndOfText|>", [27, 347, 68, 77, 532, 69, 83, 68, 87, 339, 91, 285]],
    ["a <|ENDOFTEXT|> b", [320, 27, 347, 68, 77, 532, 69, 83, 68, 87, 339, 91, 285, 321]],
  ])(
    "reads byte order marks, Greek capitals and special tokens in mixed case: %j",
    async (text, ids) => {
      const { ids: got, tokenCount } = (await loadClipTokenizer(nodeFiles, small)).encode(text);
      expect(got.slice(1, 1 + tokenCount)).toEqual(ids);
    },
  );

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

  it.each([
    ["zorbo", "a zorbo on the beach", true],
    ["zorbo", "(Zorbo), zorbo's hat", true],
    ["zorbo", "zorbo-style, zorbo_2", true],
    ["zorbo", "zorbo가 해변에", true],
    ["zorbo", "a zorbot on the beach", false],
    ["zorbo", "zorbo2 azorbo ézorbo zorbo\u0301", false],
    ["art", "a party artist in aRTs", false],
    ["art", "an artist of ART", true],
    ["арт", "артист", false],
    ["고양이", "고양이가 해변에", true],
    ["고양이", "아기고양이", true],
    ["猫", "黒猫が", true],
    ["<my-cat>", "x<my-cat>y", true],
    ["<*>", "a pencil sketch of <*>, a yellow hat", true],
  ])("finds the word %s where it stands for itself: %s", async (word, text, isFound) => {
    const tokenizer = (await loadClipTokenizer(nodeFiles, small)).withTokens([word]);
    expect(tokenizer.encode(text).ids.includes(600)).toBe(isFound);
  });

  it("takes a shorter word where a longer one does not stand for itself", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, small);
    const grown = tokenizer.withTokens([{ token: "zorbo", vectors: 2 }]);
    expect(grown.encode("zorbo_1").ids.slice(1, 3)).toEqual([601, 599]);
    expect(grown.encode("zorbo_12").ids.slice(1, 3)).toEqual([600, 601]);
  });

  it("grows by a thousand words one after the other", async () => {
    let tokenizer = await loadClipTokenizer(nodeFiles, small);
    for (let i = 0; i < 1000; i++) tokenizer = tokenizer.withTokens([`<word-${i}>`]);
    expect(tokenizer.vocabularySize).toBe(1600);
    expect(tokenizer.encode("a <word-999> b <word-9>").ids.slice(1, 5)).toEqual([
      320, 1599, 321, 609,
    ]);
  });

  it("encodes parts one behind the other with their weights", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, small);
    const { ids, weights, tokenCount } = tokenizer.encode([
      { text: "a photo", weight: 1 },
      { text: " Dog", weight: 1.3 },
    ]);
    expect(ids.slice(0, 5)).toEqual([598, 320, 536, 546, 599]);
    expect(weights.slice(0, 5)).toEqual([1, 1, 1, 1.3, 1]);
    expect(weights).toHaveLength(77);
    expect(tokenCount).toBe(3);
  });

  it("takes white space along and keeps to whole words where added tokens say so", async () => {
    // As transformers 5 does: AddedToken(..., lstrip=True, rstrip=True) and single_word=True.
    const decoder = {
      600: { content: "<mask>", normalized: false, special: true, lstrip: true, rstrip: true },
      601: { content: "zor", normalized: true, single_word: true },
    };
    const path = await makeFolder(["tokenizer.json"], {
      "tokenizer_config.json": JSON.stringify({ added_tokens_decoder: decoder }),
    });
    const tokenizer = await loadClipTokenizer(nodeFiles, path);
    expect(tokenizer.encode("a  <mask> b").ids.slice(1, 5)).toEqual([320, 600, 321, 599]);
    expect(tokenizer.encode("ZOR zor_").ids.filter((id) => id === 601)).toHaveLength(1);
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

  it("tells it in whole words and characters", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, small);
    const cutBehind = (count: number, text: string) =>
      tokenizer.encode(`${"dog ".repeat(count)}${text}`).truncated;
    expect(cutBehind(73, "고양이 a")).toBe("고양이 a");
    expect(cutBehind(75, "it's")).toBe("it's");
    // A mark is a sign to CLIP, and no beginning of what a reader is shown.
    expect(cutBehind(73, "นี้")).toBe("นี้");
    expect(cutBehind(75, "👩\u200d🚀 b")).toBe("👩\u200d🚀 b");
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

const pipeline = sharedFile("fixtures", "pipeline");
const reference = join(pipeline, "pipeline/tokenizer");

describe("CLIP's own vocabulary", { tags: ["shared"] }, () => {
  it("gives the ids of transformers for 10,000 texts of all of Unicode", async () => {
    expect(await textsThatDiffer(reference, randomTextSums("random-ids-clip"))).toEqual([]);
  });

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
