/** @file T5's tokenizer against transformers', and files that are wrong on purpose. */

import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { fixture, sharedFile } from "../testing/fixtures.js";
import { createCharsmap } from "./charsmap.js";
import { parseSentencePieceModel } from "./sentencepiece-model.js";
import { loadT5Tokenizer } from "./t5-tokenizer.js";

const folder = fixture("tokenizer-t5");
const rows = z.array(z.array(z.int()));
const expected = z
  .object({
    texts: z.array(z.string()),
    plain: rows,
    spiece: rows,
    older: rows,
    bytes: rows,
    padded: z.record(z.string(), rows),
  })
  .parse(JSON.parse(await readFile(join(folder, "expected.json"), "utf8")));

/** tokenizer.json as parsed. */
type Json = Readonly<Record<string, unknown>>;
const json = JSON.parse(await readFile(join(folder, "tokenizer.json"), "utf8")) as Json; // An object.
const model = json["model"] as Json & { readonly vocab: readonly unknown[] }; // As the fixture has it.
const config = await readFile(join(folder, "tokenizer_config.json"));

/** A folder of these files. */
async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "t5-"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(made, name), content);
  return made;
}

const changed = (fields: Json) =>
  folderOf({ "tokenizer.json": JSON.stringify({ ...json, ...fields }) });

/** Ids without padding. */
async function idsOf(place: string): Promise<(readonly number[])[]> {
  const tokenizer = await loadT5Tokenizer(nodeFiles, place, 4096);
  return expected.texts.map((text) => {
    const { ids, tokenCount } = tokenizer.encode(text);
    return ids.slice(0, tokenCount + 1);
  });
}

function expectSame(found: readonly (readonly number[])[], reference: typeof expected.plain) {
  for (const [i, text] of expected.texts.entries()) {
    expect(found[i], JSON.stringify(text)).toEqual(reference[i]);
  }
}

describe("the ids of hard texts are transformers'", () => {
  it("by tokenizer.json", async () => expectSame(await idsOf(folder), expected.plain));

  it("by spiece.model", async () => {
    const spiece = await readFile(join(folder, "spiece.model"));
    const place = await folderOf({ "spiece.model": spiece, "tokenizer_config.json": config });
    expectSame(await idsOf(place), expected.spiece);
  });

  it("with the normalisation of older files", async () => {
    const strip = { type: "Strip", strip_left: false, strip_right: true };
    const replace = { type: "Replace", pattern: { Regex: " {2,}" }, content: "▁" };
    const place = await changed({
      normalizer: { type: "Sequence", normalizers: [json["normalizer"], strip, replace] },
      pre_tokenizer: { type: "Metaspace", replacement: "▁", add_prefix_space: true },
    });
    expectSame(await idsOf(place), expected.older);
  });

  it("with bytes for what no token covers", async () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => [
      `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
      -5,
    ]);
    const vocab = [...model.vocab, ...bytes];
    expectSame(
      await idsOf(await changed({ model: { ...model, vocab, byte_fallback: true } })),
      expected.bytes,
    );
  });

  it("filled up and cut off", async () => {
    for (const [length, reference] of Object.entries(expected.padded)) {
      const tokenizer = await loadT5Tokenizer(nodeFiles, folder, Number(length));
      const found = expected.texts.slice(0, 12).map((text) => tokenizer.encode(text).ids);
      expect(found).toEqual(reference);
    }
  });

  it("in whole pipelines", { tags: ["shared"] }, async () => {
    for (const [name, key, place] of [
      ["sd3", "tokens_3", "tokenizer_3"],
      ["sd35", "tokens_3", "tokenizer_3"],
      ["flux1", "tokens_2", "tokenizer_2"],
    ] as const) {
      const at = (...path: string[]) => sharedFile("fixtures", "pipelines", name, ...path);
      const { texts } = z
        .looseObject({ texts: z.array(z.string()) })
        .parse(JSON.parse(await readFile(at("expected.json"), "utf8")));
      const tokenizer = await loadT5Tokenizer(nodeFiles, at("pipeline", place), 32);
      const tensors = await openSafetensors(nodeFiles, at("tensors.safetensors"));
      const ids = Array.from((await tensors.read(key)).data, Number);
      await tensors.close();
      expect(texts.flatMap((text) => tokenizer.encode(text).ids)).toEqual(ids);
    }
  });
});

describe("an encoded text", () => {
  it("tells what was cut off, in whole words", async () => {
    const tokenizer = await loadT5Tokenizer(nodeFiles, folder, 6);
    const { ids, truncated, tokenCount } = tokenizer.encode("the moon of a dog in the spacesuit");
    expect(ids).toHaveLength(6);
    expect(ids.at(-1)).toBe(tokenizer.eosTokenId);
    expect(tokenCount).toBeGreaterThan(5);
    expect(truncated).toMatch(/spacesuit$/);
    expect("the moon of a dog in the spacesuit").toContain(truncated);
    expect(tokenizer.encode("the").truncated).toBe("");
  });

  it("weights its parts", async () => {
    const tokenizer = await loadT5Tokenizer(nodeFiles, folder, 16);
    const parts = [
      { text: "the moon ", weight: 1 },
      { text: "of", weight: 1.5 },
    ];
    const { ids, weights } = tokenizer.encode(parts);
    expect(ids).toEqual(tokenizer.encode("the moon of").ids);
    const own = tokenizer.encode("of").tokenCount;
    expect(weights.filter((weight) => weight === 1.5)).toHaveLength(own);
    expect(weights).toHaveLength(16);
  });

  it("knows its own tokens, and halves of characters as unknown", async () => {
    const tokenizer = await loadT5Tokenizer(nodeFiles, folder, 16);
    expect(tokenizer.tokenId("▁the")).toBe(9);
    expect(tokenizer.tokenId("nonsense")).toBeUndefined();
    expect(tokenizer.vocabularySize).toBe(223);
    expect(tokenizer.encode("a\ud800b").ids).toEqual(tokenizer.encode("a\ufffdb").ids);
  });

  it("parts texts at graphemes of any length as it parts short ones", async () => {
    const tokenizer = await loadT5Tokenizer(nodeFiles, folder, 16);
    // A family and letters with many marks across every window; each is normalised as a whole or not at all.
    const one = `👨‍👩‍👧‍👦ée\u0301\u0302${"x\u0301".repeat(3)}`;
    const alone = tokenizer.encode(one.normalize("NFD")).tokenCount;
    const many = tokenizer.encode(`${one.normalize("NFD")} `.repeat(300)).tokenCount;
    expect(many).toBe(300 * alone);
    const marks = `e${"\u0301".repeat(2000)}`;
    expect(tokenizer.encode(marks).tokenCount).toBe(
      tokenizer.encode(`e${"\u0301".repeat(200)}`).tokenCount,
    );
  });

  it("takes no longer for a long word than for long texts", async () => {
    const tokenizer = await loadT5Tokenizer(nodeFiles, folder, 16);
    const start = performance.now();
    expect(tokenizer.encode("w".repeat(200_000)).tokenCount).toBeGreaterThan(1);
    expect(tokenizer.encode(`${" ".repeat(200_000)}x`).tokenCount).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe("files that are none", () => {
  it.each<[string, Json, RegExp]>([
    ["another model", { model: { ...model, type: "BPE" } }, /tokenizer\.json: .* model/],
    [
      "an unknown token out of range",
      { model: { ...model, unk_id: 10_000 } },
      /got unk_id 10000 of/,
    ],
    ["scores that are texts", { model: { ...model, vocab: [["a", "b"]] } }, /model\.vocab\.0\.1/],
    ["no vocabulary", { model: { ...model, vocab: [] } }, /model\.vocab/],
    [
      "no end",
      { model: { ...model, vocab: [["a", 0]], unk_id: 0 }, added_tokens: [] },
      /no token "<\/s>"/,
    ],
    ["another normaliser", { normalizer: { type: "NFD" } }, /normalizer/],
    [
      "another pattern",
      { normalizer: { type: "Replace", pattern: { Regex: "(a+)+b" }, content: " " } },
      /normalizer/,
    ],
    [
      "a map that is no base64",
      { normalizer: { type: "Precompiled", precompiled_charsmap: "€" } },
      /normalizer/,
    ],
    [
      "a map that is too short",
      { normalizer: { type: "Precompiled", precompiled_charsmap: "AAAA" } },
      /precompiled_charsmap of SentencePiece, got 3 bytes/,
    ],
    ["words cut otherwise", { pre_tokenizer: { type: "ByteLevel" } }, /pre_tokenizer/],
  ])("tokenizer.json with %s is refused", async (_, fields, message) => {
    await expect(loadT5Tokenizer(nodeFiles, await changed(fields), 8)).rejects.toThrow(message);
  });

  it("a folder without any, a length of nothing", async () => {
    await expect(loadT5Tokenizer(nodeFiles, await folderOf({}), 8)).rejects.toThrow(
      /expected a T5 tokenizer \(tokenizer\.json or spiece\.model\), got neither/,
    );
    await expect(loadT5Tokenizer(nodeFiles, folder, 0)).rejects.toThrow(/at least 1 token, got 0/);
  });

  const charsmap = (units: readonly number[], rest: readonly number[] = []) => {
    const bytes = new Uint8Array(4 + 4 * units.length + rest.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 4 * units.length, true);
    for (const [i, unit] of units.entries()) view.setUint32(4 * (i + 1), unit, true);
    bytes.set(rest, 4 + 4 * units.length);
    return createCharsmap(bytes, "map");
  };

  it("maps that lead out of themselves, or in circles, end", () => {
    // From the root to itself by every byte.
    const circle = Array.from({ length: 256 }, (_, byte) => byte | (1 << 10));
    expect(typeof charsmap(circle)("aaaa a".repeat(100))).toBe("string");
    expect(() => charsmap([0xfffffc00])("a")).toThrow(
      /map: expected a precompiled_charsmap .* entry/,
    );
    // "a" leads on to entry 98, which holds a place behind all replacements.
    const leaf = Array.from({ length: 256 }, (_, place) =>
      place === 97 ? 97 | 256 | (3 << 10) : 99,
    );
    expect(() => charsmap(leaf, [120])("a")).toThrow(/a replacement at/);
    expect(() => createCharsmap(Uint8Array.of(255, 255, 255, 255, 0), "map")).toThrow(
      /an array of 4294967295 bytes in 5/,
    );
  });

  it.each<[string, readonly number[], RegExp]>([
    ["nothing", [], /got no tokens/],
    [
      "a length beyond the end",
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
      /a field of 4294967295 bytes where 0 are left/,
    ],
    [
      "a number without an end",
      new Array<number>(20).fill(0xff),
      /a number of more than ten bytes/,
    ],
    ["a group", [0x0b], /the wire type 3/],
    ["a token as a number", [0x08, 0x01], /field 1 as varint/],
    ["a token that is no text", [0x0a, 0x03, 0x0a, 0x01, 0xff], /no UTF-8/],
    [
      "a score that is none",
      [0x0a, 0x08, 0x0a, 0x01, 0x61, 0x15, 0, 0, 0xc0, 0x7f],
      /the score NaN/,
    ],
    [
      "another kind of model",
      [0x0a, 0x03, 0x0a, 0x01, 0x61, 0x12, 0x02, 0x18, 0x02],
      /a model of the type 2/,
    ],
    ["the end inside a key", [0x0a, 0x03, 0x0a, 0x01, 0x61, 0x80], /where 0 are left/],
  ])("spiece.model with %s is refused", (_, bytes, message) => {
    expect(() => parseSentencePieceModel(Uint8Array.from(bytes), "spiece.model")).toThrow(message);
  });
});
