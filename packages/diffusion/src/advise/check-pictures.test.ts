/** @file Findings about sets of pictures, on folders of drawings and on embeddings that are known. */

import { mkdir, mkdtemp, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FloatTensor, floatTensor, messageOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { sharpPictures } from "../adapters/sharp-pictures.js";
import { inEnglish } from "../english/english-warnings.js";
import { mirrorOf } from "../testing/picture-versions.js";
import { checkPictures } from "./check-pictures.js";
import { outlyingRows, unfittingRows } from "./judged-pictures.js";
import { type ReadChecked, type ReadCheckedOptions, readChecked } from "./read-checked.js";

const latents = { channels: 4, factor: 8, nativeEdge: 64, step: 64 };
const buckets = { use: false, step: undefined, maxAspect: 2, upscale: false };
const data = { width: 64, height: 64, buckets, animated: "refuse", minSidePixels: 16 } as const;

async function folderOf(contents: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), "atelier-checked-")), "pictures");
  await mkdir(folder);
  for (const [name, bytes] of Object.entries(contents)) await writeFile(join(folder, name), bytes);
  return folder;
}

async function read(
  folders: readonly string[],
  options: Partial<ReadCheckedOptions> = {},
): Promise<ReadChecked & { readonly looked: number }> {
  const [first = ""] = folders;
  const reading = readChecked({
    ...{ files: nodeFiles, decoder: sharpPictures, cacheFolder: join(first, "..", "cache") },
    ...{ folders, data, latents },
    ...options,
  });
  for (let looked = 0; ; looked++) {
    const step = await reading.next();
    if (step.done === true) return { ...step.value, looked };
  }
}

const check = async (folders: readonly string[], options: Partial<ReadCheckedOptions> = {}) =>
  checkPictures((await read(folders, options)).facts);

const drawn = async (body: string, width = 96, height = 96): Promise<Uint8Array> => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 100 100" preserveAspectRatio="none"><rect width="100" height="100" fill="#dcb"/>${body}</svg>`;
  return new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer());
};
const house = '<path d="M20 90V50L45 25L70 50V90Z" fill="#a33"/><circle cx="82" cy="18" r="9"/>';
const tree = '<circle cx="30" cy="35" r="25" fill="#262"/><path d="M25 60h10v40h-10Z"/>';
const boat = '<path d="M5 70H95L75 90H25Z" fill="#225"/><path d="M50 65V10L85 60Z" fill="#fff"/>';

describe("checking", () => {
  it("says nothing of pictures that are well, and what it could not check", async () => {
    const folder = await folderOf({
      ...{ "house.png": await drawn(house), "house.txt": "a house" },
      ...{ "tree.png": await drawn(tree), "tree.txt": "a tree" },
      ...{ "boat.png": await drawn(boat), "boat.txt": "a boat" },
    });
    expect(await check([folder])).toEqual({
      findings: [],
      unchecked: [
        { what: "far-off", why: "no-judge" },
        { what: "captions-fit", why: "no-judge" },
        { what: "captions-cut", why: "no-tokenizer" },
      ],
      usable: { withoutCaptions: 3, withCaptions: 3 },
    });
  });

  it("names all that is wrong, worst first", async () => {
    const png = await drawn(house);
    const folder = await folderOf({
      ...{ "house.png": png, "house.txt": "a house", "same.png": png },
      ...{ "mirrored.jpg": await mirrorOf(png), "tree.png": await drawn(tree, 40, 40) },
      ...{ "boat.png": await drawn(boat, 200, 64), "broken.png": png.subarray(0, 300) },
      ...{ "dot.png": await drawn(tree, 8, 8), "words.txt": "whose are these?" },
    });
    const { facts, warnings, looked } = await read([folder]);
    expect(looked).toBe(7);
    const { findings, usable } = checkPictures(facts);
    expect(findings.map(({ code, params }) => ({ code, params }))).toMatchObject([
      { code: "unusable-pictures", params: { pictures: { first: ["broken.png", "dot.png"] } } },
      { code: "missing-captions", params: { pictures: { count: 4 }, total: 5 } },
      { code: "same-pictures", params: { pairs: { first: ["house.png = same.png"] } } },
      { code: "enlarged-pictures", params: { pictures: { first: ["tree.png"] }, scale: 1.6 } },
      { code: "mirrored-pictures", params: { pairs: { first: ["house.png ↔ mirrored.jpg"] } } },
      { code: "much-cropped", params: { pictures: { first: ["boat.png"] }, remedy: "buckets" } },
    ]);
    expect(usable).toEqual({ withoutCaptions: 4, withCaptions: 1 });
    expect(warnings.map(({ code }) => code)).toEqual(["orphan-caption"]);
  });

  it("names all of many, also those that no sentence has room for", async () => {
    const blank = await drawn('<rect width="100" height="100" fill="#dcb"/>');
    const names = ["1", "2", "3", "4", "5", "6", "7"].map((name) => `${name}.png`);
    const folder = await folderOf(Object.fromEntries(names.map((name) => [name, blank])));
    const { findings } = await check([folder], { prompt: "nothing" });
    const [found] = findings.filter(({ code }) => code === "blank-pictures");
    expect(found?.params).toEqual({
      pictures: { count: 7, first: names.slice(0, 5), rest: names.slice(5) },
    });
    expect(findings.map(inEnglish).join()).not.toContain("6.png, 7.png");
  });

  it("takes a prompt for captions that are not there, and buckets for the crop", async () => {
    const folder = await folderOf({
      ...{ "boat.png": await drawn(boat, 180, 64), "tree.png": await drawn(tree, 40, 70) },
    });
    const bucketed = { ...data, width: 128, height: 128, buckets: { ...buckets, use: true } };
    const { findings, usable } = await check([folder], { prompt: "a thing", data: bucketed });
    expect(usable.withCaptions).toBe(1);
    // Narrower than the narrowest shape, which training would end at.
    expect(findings.map(inEnglish).join()).toMatch(
      /^1 picture cannot be used.* tree\.png.*expected at least 64x64 pixels for a bucket, got 40x70/,
    );
  });

  it("sees pictures that two folders share, by their paths", async () => {
    const [a, b] = [
      await folderOf({ "a.png": await drawn(house) }),
      await folderOf({ "a.png": await drawn(house, 80, 80) }),
    ];
    const { findings } = await check([a, b], { prompt: "a house" });
    expect(findings).toEqual([
      {
        code: "near-pictures",
        params: { pairs: { count: 1, first: [`${join(a, "a.png")} ≈ ${join(b, "a.png")}`] } },
      },
    ]);
  });

  it("takes the words of folders named as sd-scripts wants them for captions", async () => {
    const folder = await folderOf({
      "house.png": await drawn(house),
      "tree.png": await drawn(tree),
    });
    const parent = join(await mkdtemp(join(tmpdir(), "atelier-checked-")), "train");
    await mkdir(parent);
    await rename(folder, join(parent, "3_sks place"));
    const { facts, warnings } = await read([parent]);
    expect(facts.pictures.map(({ caption }) => caption)).toEqual(["sks place", "sks place"]);
    expect(checkPictures(facts).findings).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(["folder-repeats", "folder-caption"]);
  });

  it("asks whether one caption for many pictures is meant", async () => {
    const nine = await Promise.all(
      Array.from({ length: 9 }, async (_, i) => {
        const ground = `<rect width="100" height="100" fill="${["#fff", "#888", "#48c"][i % 3]}"/>`;
        const body = ground + ([house, tree, boat][Math.floor(i / 3)] ?? "");
        return [
          [`${i}.png`, await drawn(body)],
          [`${i}.txt`, "a thing"],
        ] as const;
      }),
    );
    const all = Object.fromEntries<Uint8Array | string>(nine.flat());
    expect((await check([await folderOf(all)])).findings).toEqual([
      { code: "one-caption", params: { caption: "a thing", pictures: 9 } },
    ]);
    const few = Object.fromEntries<Uint8Array | string>(nine.slice(0, 4).flat());
    expect((await check([await folderOf(few)])).findings).toEqual([]);
  });

  it("refuses a set of which nothing can be used", async () => {
    const png = await drawn(house);
    const error = await check([await folderOf({ "a.png": png.subarray(0, 200) })]).catch(
      (thrown: unknown) => thrown,
    );
    expect(messageOf(error)).toMatch(
      /expected pictures that can be used, got none among 1\..*a\.png/s,
    );
    expect(
      messageOf(await check([await folderOf({})]).catch((thrown: unknown) => thrown)),
    ).toContain("got an empty folder");
  });
});

/** Unit vectors at these angles, in degrees. */
const at = (...degrees: number[]): FloatTensor =>
  floatTensor(
    degrees.flatMap((angle) => [
      Math.cos((angle / 180) * Math.PI),
      Math.sin((angle / 180) * Math.PI),
    ]),
    [degrees.length, 2],
  );

describe("judged pictures", () => {
  it("are far off where the others are near each other, not where all differ or are few", () => {
    expect(outlyingRows(at(0, 4, 9, 12, 15, 95))).toEqual([5]);
    expect(outlyingRows(at(0, 20, 41, 63, 84, 100))).toEqual([]);
    expect(outlyingRows(at(0, 1, 2, 3, 4, 5))).toEqual([]);
    expect(outlyingRows(at(0, 2, 4, 95))).toEqual([]);
    // Two that are like each other may be another half of the same.
    expect(outlyingRows(at(0, 4, 9, 12, 15, 95, 96))).toEqual([]);
  });

  it("have captions that fit another one better where two have changed places", () => {
    const pictures = at(0, 60, 120, 180, 240);
    const texts = ["a", "b", "c", "d", "e"];
    expect(unfittingRows(pictures, at(3, 55, 124, 178, 243), texts)).toEqual([]);
    expect(unfittingRows(pictures, at(3, 243, 124, 178, 55), texts)).toEqual([1, 4]);
    // A judge to which all captions are one, or nearly all are wrong, cannot tell.
    expect(unfittingRows(pictures, at(30, 30, 30, 30, 30), texts)).toBeUndefined();
    expect(unfittingRows(pictures, at(180, 240, 0, 60, 120), texts)).toBeUndefined();
    expect(unfittingRows(at(0, 60), at(0, 60), ["a", "b"])).toBeUndefined();
    // The same caption is no other one.
    expect(unfittingRows(at(0, 1, 60, 120), at(0, 0, 60, 120), ["a", "a", "b", "c"])).toEqual([]);
  });
});
