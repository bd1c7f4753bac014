/** @file Signatures on disk: made once, by whoever decodes first. */

import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { sharpPictures } from "../adapters/sharp-pictures.js";
import { inEnglish } from "../english/english-warnings.js";
import { keepSignatures } from "./kept-signatures.js";
import type { PictureDecoder } from "./picture-decoder.js";
import { createTensorCache } from "./tensor-cache.js";

/** Decodes with sharp, and counts. */
function countingDecoder() {
  let decoded = 0;
  const decoder: PictureDecoder = {
    ...sharpPictures,
    decode: (bytes, name, options) => {
      decoded += 1;
      return sharpPictures.decode(bytes, name, options);
    },
  };
  return { decoder, decoded: () => decoded };
}

const cacheIn = async () => join(await mkdtemp(join(tmpdir(), "atelier-signatures-")), "cache");
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><circle r="40"/></svg>';
const picture = async () => ({
  name: "a.png",
  bytes: new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer()),
});

describe("kept signatures", () => {
  it("are decoded for once, and are the same from disk", async () => {
    const { decoder, decoded } = countingDecoder();
    const options = { files: nodeFiles, decoder, cacheFolder: await cacheIn() };
    const a = await picture();
    const first = await keepSignatures(options).of(a);
    const later = keepSignatures(options);
    expect(await later.of(a)).toEqual(first);
    expect(await later.of({ ...a, name: "copy.png" })).toEqual(first);
    expect(decoded()).toBe(1);
    expect(await createTensorCache(nodeFiles, options.cacheFolder).measure()).toMatchObject({
      entries: 1,
    });
  });

  it("come of pixels that are decoded anyway", async () => {
    const { decoder, decoded } = countingDecoder();
    const options = { files: nodeFiles, decoder, cacheFolder: await cacheIn() };
    const a = await picture();
    const signatures = keepSignatures(options);
    const white = { background: [255, 255, 255], maxPixels: 2 ** 27 } as const;
    const pixels = await signatures.decoder.decode(a.bytes, a.name, white);
    expect(pixels).toEqual(await sharpPictures.decode(a.bytes, a.name, white));
    const seen = await signatures.of(a);
    expect(decoded()).toBe(1);
    expect(seen).toEqual(await keepSignatures({ ...options, cacheFolder: await cacheIn() }).of(a));
    // On another background it is another picture, of which no signature is made.
    const others = keepSignatures({ ...options, cacheFolder: await cacheIn() });
    await others.decoder.decode(a.bytes, a.name, { ...white, background: [0, 0, 0] });
    expect(await others.of(a)).toEqual(seen);
  });

  it("are made again where the disk's are damaged, which is told", async () => {
    const options = { files: nodeFiles, decoder: sharpPictures, cacheFolder: await cacheIn() };
    const a = await picture();
    const first = await keepSignatures(options).of(a);
    const folder = join(options.cacheFolder, "signatures");
    const [shard = ""] = await readdir(folder);
    const [entry = ""] = await readdir(join(folder, shard));
    await writeFile(join(folder, shard, entry), "no tensors");
    const later = keepSignatures(options);
    expect(await later.of(a)).toEqual(first);
    expect(later.warnings.map(inEnglish).join()).toContain(
      "the cached signature of a.png, is damaged",
    );
  });

  it("of broken pictures are refused by name", async () => {
    const signatures = keepSignatures({
      ...{ files: nodeFiles, decoder: sharpPictures, cacheFolder: await cacheIn() },
    });
    const { bytes } = await picture();
    const cut = { name: "cut.png", bytes: bytes.subarray(0, bytes.length / 2) };
    expect(messageOf(await signatures.of(cut).catch((error: unknown) => error))).toContain(
      "picture cut.png",
    );
  });
});
