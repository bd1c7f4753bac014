/** @file Checks of drawings of the world, by the judge that the embedded base brings along. */

import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPictures, readChecked } from "@atelier/diffusion/advise";
import type { RgbPicture } from "@atelier/diffusion/core";
import { openJudge } from "@atelier/diffusion/evaluate";
import { encodePng } from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { mascotLessons } from "../demo/mascot-scenes.js";
import { exampleAt } from "../world/example.js";
import { embeddedBaseFolder } from "./embedded-base.js";
import { createMascotRenderer } from "./render-mascot.js";
import { createSceneRenderer } from "./render-scenes.js";

interface Drawing {
  readonly picture: RgbPicture;
  readonly caption: string;
}

/** Checks drawings as a training of the embedded base would take them. */
async function check(drawings: readonly Drawing[]) {
  const folder = join(await mkdtemp(join(tmpdir(), "atelier-scenes-")), "pictures");
  await mkdir(folder);
  for (const [index, { picture, caption }] of drawings.entries()) {
    const name = String(index).padStart(2, "0");
    await writeFile(join(folder, `${name}.png`), await encodePng(picture));
    await writeFile(join(folder, `${name}.txt`), caption);
  }
  await using judge = await openJudge(nodeFiles, embeddedBaseFolder, {
    runtime: createOrtRuntime({ provider: "cpu" }),
  });
  const buckets = { use: false, step: undefined, maxAspect: 2, upscale: false };
  const reading = readChecked({
    ...{ files: nodeFiles, decoder: sharpPictures, cacheFolder: join(folder, "..", "cache") },
    ...{ folders: [folder], judges: judge },
    data: { width: 64, height: 64, buckets, animated: "refuse", minSidePixels: 16 },
    latents: { channels: 4, factor: 4, nativeEdge: 64, step: 16 },
  });
  for (;;) {
    const step = await reading.next();
    if (step.done === true) return checkPictures(step.value.facts);
  }
}

const renderer = createSceneRenderer();
const example = async (index: number): Promise<Drawing> => {
  const { scene, caption } = exampleAt(9, index);
  return { picture: await renderer.render(scene), caption };
};
const examples = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => example(index)));

describe("drawings of the world", () => {
  it("are neither blurred nor alike, and have captions that fit", async () => {
    const { findings, unchecked } = await check(await examples(60));
    expect(findings).toEqual([]);
    expect(unchecked).toEqual([{ what: "captions-cut", why: "no-tokenizer" }]);
  });

  it("whose captions have changed places are named", async () => {
    const [a, b, ...others] = await examples(20);
    if (a === undefined || b === undefined) throw new Error("no examples");
    const swapped = [
      { ...a, caption: b.caption },
      { ...b, caption: a.caption },
    ];
    const { findings } = await check([...swapped, ...others]);
    expect(findings).toEqual([
      {
        code: "unfitting-captions",
        params: { pictures: { count: 2, first: ["00.png", "01.png"] } },
      },
    ]);
  });

  it("of something else are far off those of one subject", async () => {
    const mascots = createMascotRenderer();
    const lessons: Drawing[] = [];
    for (const { scene, caption } of mascotLessons) {
      lessons.push({ picture: await mascots.render(scene), caption });
    }
    const alone = await check(lessons);
    expect(alone.findings).toEqual([]);
    expect(alone.unchecked).toContainEqual({ what: "far-off", why: "too-few" });
    const { findings } = await check([...lessons, await example(0)]);
    expect(findings).toEqual([
      { code: "outlying-pictures", params: { pictures: { count: 1, first: ["05.png"] } } },
    ]);
  });
});
