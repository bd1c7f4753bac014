/** @file Likeness of pictures, on real photographs and the versions of them that people make. */

import { readdir, readFile } from "node:fs/promises";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { sharpPictures } from "../adapters/sharp-pictures.js";
import { sha256Hex } from "../core/content-hash.js";
import { sharedFile } from "../testing/fixtures.js";
import { blurred, mirrorOf, versionsOf } from "../testing/picture-versions.js";
import { areAlike, lookAlikes, overlaps, similarityOf } from "./look-alikes.js";
import { type PictureSignature, signatureOf } from "./picture-signature.js";

const subjects = ["dog", "cat", "clock", "backpack"];

async function signed(bytes: Uint8Array): Promise<PictureSignature> {
  const settings = { background: [255, 255, 255], maxPixels: 2 ** 27 } as const;
  const picture = await sharpPictures.decode(bytes, "picture", settings);
  return signatureOf(picture, await sha256Hex(bytes));
}

/** The picture at 512 pixels, of which versions take a tenth of the time. */
const smaller = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await sharp(bytes).resize(512).jpeg({ quality: 95 }).toBuffer());

interface Photo {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function photos(): Promise<Photo[]> {
  const found: Photo[] = [];
  for (const subject of subjects) {
    for (const name of (await readdir(sharedFile("photos", subject))).sort()) {
      const bytes = await readFile(sharedFile("photos", subject, name));
      found.push({ name: `${subject}/${name}`, bytes });
    }
  }
  return found;
}

/** Of all pairs of different photographs the most alike. */
function nearest(names: readonly string[], signatures: readonly PictureSignature[]) {
  let most = { pair: "", similarity: -1 };
  for (const [i, a] of signatures.entries()) {
    for (const [j, b] of signatures.entries()) {
      if (j <= i) continue;
      for (const way of ["upright", "mirrored"] as const) {
        const similarity = similarityOf(a, b, way);
        if (similarity > most.similarity) most = { pair: `${names[i]} ${names[j]}`, similarity };
      }
    }
  }
  return most;
}

describe("photographs", () => {
  it("are near to every version of themselves and to no other of their subject, with a margin", {
    tags: ["shared"],
  }, async () => {
    const all = await photos();
    expect(all).toHaveLength(22);
    const signatures: PictureSignature[] = [];
    let least = { version: "", similarity: 1 };
    for (const [index, { name, bytes }] of all.entries()) {
      const own = await signed(bytes);
      signatures.push(own);
      // Versions of every other one are enough: those of all pass as well.
      if (index % 2 > 0) continue;
      const small = await smaller(bytes);
      for (const [version, changed] of await versionsOf(small)) {
        const other = await signed(changed);
        expect(areAlike(own, other), `${name}, ${version}`).toBe("near");
        const similarity = similarityOf(own, other);
        if (similarity < least.similarity) least = { version: `${name}, ${version}`, similarity };
      }
      expect(areAlike(own, await signed(await mirrorOf(small))), name).toBe("mirrored");
    }
    expect(lookAlikes(signatures)).toEqual([]);
    const most = nearest(
      all.map(({ name }) => name),
      signatures,
    );
    // The limit is 0.91, about halfway.
    expect(least.similarity, least.version).toBeGreaterThan(0.955);
    expect(most.similarity, most.pair).toBeLessThan(0.87);
  });

  it("are sharp, and blurred where a blur is laid over them", {
    tags: ["shared"],
  }, async () => {
    for (const [index, { name, bytes }] of (await photos()).entries()) {
      const [at512 = 0] = (await signed(bytes)).sharpness;
      expect(at512, name).toBeGreaterThan(0.65);
      if (index % 2 > 0) continue;
      // erf(0.5 / (√2·2)) of an edge that is alone is 0.2.
      const soften = await blurred(await smaller(bytes), 2);
      const [soft = 1, at256] = (await signed(soften)).sharpness;
      expect(soft, name).toBeLessThan(0.3);
      // What is blurred by two pixels of 512 is less so in a picture of 256.
      expect(at256, name).toBeGreaterThan(soft);
      const lessened = await sharp(soften).jpeg({ quality: 50 }).toBuffer();
      const [compressed = 1] = (await signed(lessened)).sharpness;
      expect(compressed, name).toBeLessThan(0.32);
    }
  });
});

/** A drawing as SVG, rasterised. */
const drawn = async (body: string, side = 640): Promise<Uint8Array> => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 100 100">${body}</svg>`;
  return new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer());
};
const paper = (colour: string) => `<rect width="100" height="100" fill="${colour}"/>`;
const house = '<path d="M20 90V50L45 25L70 50V90Z" fill="#a33"/><circle cx="82" cy="18" r="9"/>';
const lines = '<path d="M10 60Q40 10 90 60T90 90" stroke="#333" fill="none" stroke-width=".5"/>';

describe("drawings", () => {
  it("of one thing on two colours, or of two things on one, are different pictures", async () => {
    const onBlue = await signed(await drawn(paper("#88c") + house));
    const onYellow = await signed(await drawn(paper("#ee8") + house));
    const other = await signed(
      await drawn(`${paper("#88c")}<rect x="15" width="60" height="60"/>`),
    );
    expect(areAlike(onBlue, onYellow)).toBeUndefined();
    expect(areAlike(onBlue, other)).toBeUndefined();
    expect(areAlike(onBlue, await signed(await drawn(paper("#88c") + house, 300)))).toBe("near");
  });

  it("are not called blurred for being flat, and are where they are", async () => {
    for (const body of [house, lines]) {
      const bytes = await drawn(paper("#f4f0e4") + body);
      const [sharpness] = (await signed(bytes)).sharpness;
      expect(sharpness, body).toBeGreaterThan(0.65);
      const [soft] = (await signed(await blurred(bytes, 2))).sharpness;
      expect(soft, body).toBeLessThan(0.32);
    }
    const gradient =
      '<linearGradient id="g"><stop stop-color="#88f"/><stop offset="1" stop-color="#fda"/></linearGradient><rect width="100" height="100" fill="url(#g)"/>';
    // Nothing in it could be sharp.
    expect((await signed(await drawn(gradient))).sharpness[0]).toBeUndefined();
  });

  it("of nothing are alike only where they are the same", async () => {
    const [grey, greyAgain, darker] = await Promise.all([
      signed(await drawn(paper("#808080"))),
      signed(await drawn(paper("#808080"))),
      signed(await drawn(paper("#787878"))),
    ]);
    expect(areAlike(grey, greyAgain)).toBe("same");
    expect(areAlike(grey, darker)).toBeUndefined();
  });
});

describe("lookAlikes", () => {
  it("puts the same file, the same pixels and near ones into one group", async () => {
    const png = await drawn(paper("#88c") + house);
    const again = new Uint8Array(await sharp(png).png({ compressionLevel: 1 }).toBuffer());
    const jpeg = new Uint8Array(await sharp(png).jpeg({ quality: 70 }).toBuffer());
    const other = await drawn(paper("#fff") + lines);
    const files = [png, other, again, png, jpeg, await mirrorOf(png)];
    const signatures = await Promise.all(files.map(signed));
    expect(lookAlikes(signatures)).toEqual([
      {
        members: [0, 2, 3, 4, 5],
        pairs: [
          { first: 0, second: 2, likeness: "same" },
          { first: 0, second: 3, likeness: "same" },
          { first: 0, second: 4, likeness: "near" },
          { first: 0, second: 5, likeness: "mirrored" },
        ],
      },
    ]);
    expect(lookAlikes([])).toEqual([]);
    expect(overlaps(signatures.slice(0, 2), signatures.slice(4))).toEqual([
      { training: 0, validation: 0, likeness: "near" },
      { training: 0, validation: 1, likeness: "mirrored" },
    ]);
    expect(overlaps(signatures, [])).toEqual([]);
  });
});
