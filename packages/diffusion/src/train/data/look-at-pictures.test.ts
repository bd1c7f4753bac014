/** @file What a run says of its pictures before its first step, and what that costs. */

import { copyFile, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import type { PictureDecoder } from "../../data/picture-decoder.js";
import { blurred, mirrorOf } from "../../testing/picture-versions.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../../testing/tiny-training.js";
import type { TrainConfig } from "../config/train-config.js";
import type { TrainEvent } from "../events/train-event.js";
import { train } from "../train.js";

/** The events of a run up to its first step, and how often a picture was decoded. */
async function begin(config: TrainConfig) {
  const events: TrainEvent[] = [];
  const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
  let decoded = 0;
  const decoder: PictureDecoder = {
    ...deps.decoder,
    decode: (bytes, name, options) => {
      decoded += 1;
      return deps.decoder.decode(bytes, name, options);
    },
  };
  for await (const event of train(config, { ...deps, decoder })) {
    events.push(event);
    if (event.type === "step") break;
  }
  return { events, decoded };
}

const warningsOf = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.type === "warning" ? [event] : []));

async function troubledPictures(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), "atelier-look-")), "pictures");
  await mkdir(folder);
  const drawing = (body: string) =>
    sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="160" viewBox="0 0 100 100">${body}</svg>`,
      ),
    );
  const house = drawing(
    '<rect width="100" height="100" fill="#8ac"/><path d="M20 90V50L45 25L70 50V90Z" fill="#a33"/><circle cx="82" cy="18" r="9"/>',
  );
  const png = new Uint8Array(await house.png().toBuffer());
  const put = (name: string, bytes: Uint8Array) => writeFile(join(folder, name), bytes);
  await put("house.png", png);
  await copyFile(join(folder, "house.png"), join(folder, "house-copy.png"));
  await put("house-small.jpg", new Uint8Array(await sharp(png).resize(100).jpeg().toBuffer()));
  await put("house-turned.jpg", await mirrorOf(png));
  const tree = drawing(
    '<rect width="100" height="100" fill="#fed"/><circle cx="40" cy="40" r="30" fill="#383"/><rect x="35" y="65" width="10" height="35"/>',
  );
  // As wide a blur as pictures of 64 pixels need.
  await put("tree.png", await blurred(new Uint8Array(await tree.png().toBuffer()), 8));
  await put(
    "white.png",
    new Uint8Array(await drawing("").flatten({ background: "#fff" }).png().toBuffer()),
  );
  return folder;
}

describe("the pictures of a run", () => {
  it("are looked at before its first step, without being decoded for it", async () => {
    const folder = await troubledPictures();
    const config = tinyConfig(folder, {
      data: { folder, prompt: "a house", width: 128, height: 128 },
      steps: 1,
    });
    const first = await begin(config);
    const told = warningsOf(first.events).map(({ code, params }) => ({ code, params }));
    expect(told).toEqual(
      expect.arrayContaining([
        {
          code: "blank-pictures",
          params: { pictures: { count: 1, first: ["white.png"] } },
        },
        {
          code: "same-pictures",
          params: { pairs: { count: 1, first: ["house-copy.png = house.png"] } },
        },
        {
          code: "near-pictures",
          params: { pairs: { count: 1, first: ["house-copy.png ≈ house-small.jpg"] } },
        },
        {
          code: "mirrored-pictures",
          params: { pairs: { count: 1, first: ["house-copy.png ↔ house-turned.jpg"] } },
        },
        {
          code: "blurred-pictures",
          params: { pictures: { count: 1, first: ["tree.png"] } },
        },
        {
          code: "enlarged-pictures",
          params: { pictures: { count: 1, first: ["house-small.jpg"] }, scale: 1.28 },
        },
      ]),
    );
    expect(told).toHaveLength(6);
    // The copy has the latents of the original.
    expect(first.decoded).toBe(5);
    const again = await begin({ ...config, output: { ...config.output, run: undefined } });
    expect(again.decoded).toBe(0);
    expect(warningsOf(again.events)).toEqual(warningsOf(first.events));
  });

  it("that are well are not spoken of", async () => {
    const { events } = await begin(tinyConfig(await drawPictures(3), { steps: 1 }));
    expect(warningsOf(events)).toEqual([]);
  });
});
