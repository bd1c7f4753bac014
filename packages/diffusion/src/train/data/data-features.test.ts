/** @file Runs on several folders, on pictures of several shapes, with captions that change. */

import { mkdir, mkdtemp, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { sharpPictures } from "../../adapters/sharp-pictures.js";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { inEnglish } from "../../english/english-warnings.js";
import { encodePng } from "../../files/png/encode-png.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../../testing/tiny-training.js";
import { parseTrainConfig } from "../config/config.js";
import type { TrainConfig } from "../config/train-config.js";
import type { TrainEvent } from "../events/train-event.js";
import { readRunConfig } from "../folder/run-folder.js";
import { listPictures } from "../plan/list-pictures.js";
import { train } from "../train.js";

async function run(config: TrainConfig, stopAtStep?: number, isResumed = false) {
  const events: TrainEvent[] = [];
  const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
  for await (const event of train(config, deps, undefined, isResumed ? {} : undefined)) {
    events.push(event);
    if (event.type === "step" && event.step === stopAtStep) break;
  }
  return events;
}

const base = { path: "model" };

/** Pictures of these sizes, named by them. */
async function drawSizes(sizes: readonly (readonly [number, number])[]): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), "atelier-sizes-")), "pictures");
  await mkdir(folder);
  for (const [width, height] of sizes) {
    const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 7) % 251);
    await writeFile(
      join(folder, `${width}x${height}.png`),
      await encodePng({ width, height, data }),
    );
  }
  return folder;
}

const planOf = (events: readonly TrainEvent[]) => {
  const [plan] = events.filter((event) => event.type === "plan");
  if (plan === undefined) throw new Error("no plan");
  return plan;
};
const lossesOf = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.type === "step" ? [event.loss] : []));

describe("several folders", () => {
  it("named as sd-scripts wants them are shown as often as they say, times the settings'", async () => {
    const parent = join(await mkdtemp(join(tmpdir(), "atelier-named-")), "train");
    await mkdir(parent);
    await rename(await drawPictures(2), join(parent, "3_sks cat"));
    await rename(await drawPictures(1), join(parent, "1_dog"));
    const listed = await listPictures(
      { files: nodeFiles, decoder: sharpPictures },
      { ...tinyConfig(parent).data, prompt: undefined, repeats: 2 },
    );
    expect(listed.pictures).toMatchObject([
      { caption: "dog", repeats: 2 },
      { caption: "sks cat", repeats: 6 },
      { caption: "sks cat", repeats: 6 },
    ]);
    expect(listed.warnings.map(inEnglish).join("\n")).toContain(
      "shown 3 times an epoch, from its name",
    );
  });

  it("are one data set, each with its own captions, repeats, mirrors and weight", async () => {
    const [first, second] = [await drawPictures(2), await drawPictures(1)];
    const folders = [{ folder: second, prompt: "a dog", repeats: 4, flip: true, lossWeight: 0.5 }];
    const data = { folder: first, prompt: "a cat", folders };
    const config = tinyConfig(first, { data, steps: 6, batchSize: 3 });
    const events = await run(config);
    expect(planOf(events)).toMatchObject({ pictures: 3 });
    const inputs: unknown = JSON.parse(
      await readFile(join(planOf(events).folder, "inputs.json"), "utf8"),
    );
    expect(inputs).toMatchObject({
      pictures: [{ caption: "a cat" }, { caption: "a cat" }, { caption: "a dog" }],
    });
    const plain = tinyConfig(first, {
      ...{ data: { ...data, folders: [{ ...folders[0], lossWeight: 1 }] }, steps: 6, batchSize: 3 },
      output: { folder: join(first, "..", "plain") },
    });
    const [weighted = 0] = lossesOf(events);
    expect(weighted).toBeLessThan(lossesOf(await run(plain))[0] ?? 0);
  });

  it("may be named by their paths alone, and are refused with what they lack", async () => {
    const least = { folder: "a", prompt: "x" };
    const { data } = parseTrainConfig({ base, data: { ...least, folders: ["b"] } });
    expect(data.folders).toEqual([{ folder: "b" }]);
    const lacking = { folder: "a", folders: [{ folder: "b", captions: "prompt" }] };
    expect(() => parseTrainConfig({ base, data: lacking })).toThrow(
      /data\.folders\.0: expected a prompt because data\.folders\.0 is prompt/,
    );
    const mistyped = { ...least, folders: [{ folder: "b", repeat: 2 }] };
    expect(() => parseTrainConfig({ base, data: mistyped })).toThrow(/data\.folders/);
    const one = await drawPictures(1);
    await expect(
      run(tinyConfig(one, { data: { folder: one, prompt: "a", folders: ["/no/such"] } })),
    ).rejects.toThrow(/\/no\/such/);
  });
});

describe("pictures of several shapes", () => {
  it("train at shapes of their own, of about one area, and go on with the same bits", async () => {
    const folder = await drawSizes([
      [24, 24],
      [40, 20],
      [20, 40],
      [48, 24],
    ]);
    const configOf = (name: string) =>
      tinyConfig(folder, {
        data: { folder, prompt: "a cat", buckets: { use: true } },
        ...{ steps: 12, saveEverySteps: 4, gradientAccumulation: 2, lora: { rank: 2 } },
        output: { run: join(folder, "..", name) },
      });
    const whole = configOf("whole");
    const events = await run(whole);
    const { buckets } = planOf(events);
    expect(buckets.map(({ width, height, pictures }) => [width, height, pictures.length])).toEqual([
      [16, 16, 1],
      [12, 20, 1],
      [20, 12, 2],
    ]);
    for (const { width, height, pictures } of buckets) {
      expect(width * height).toBeLessThanOrEqual(256);
      for (const { cropped } of pictures) expect(cropped).toBeLessThan(0.2);
    }
    expect(lossesOf(events).every(Number.isFinite)).toBe(true);
    const broken = configOf("broken");
    await run(broken, 6);
    await run(await readRunConfig(nodeFiles, broken.output.run ?? ""), undefined, true);
    const result = (config: TrainConfig) =>
      readFile(join(config.output.run ?? "", "tiny.safetensors"), "base64");
    expect(await result(broken)).toBe(await result(whole));
  });

  it("at one shape are reported where the crop takes much", async () => {
    const folder = await drawSizes([
      [24, 24],
      [64, 24],
    ]);
    const events = await run(tinyConfig(folder, { steps: 1 }));
    const warnings = events.flatMap((event) =>
      event.type === "warning" ? [inEnglish(event)] : [],
    );
    expect(warnings).toContainEqual(
      "64x24.png loses up to 62 % to the crop: 64x24.png. With `data.buckets.use: true` they keep their proportions.",
    );
  });

  it("in buckets that are not long enough are reported with what allows longer ones", async () => {
    const folder = await drawSizes([
      [24, 24],
      [96, 24],
    ]);
    const buckets = { use: true, step: 8, maxAspect: 2, upscale: true };
    const data = { folder, prompt: "a cat", buckets };
    const events = await run(tinyConfig(folder, { steps: 1, data }));
    const warnings = events.flatMap((event) =>
      event.type === "warning" ? [inEnglish(event)] : [],
    );
    expect(warnings.find((message) => message.includes("to the crop"))).toMatch(
      /^96x24\.png loses up to \d+ % to the crop: 96x24\.png\. The buckets' shapes go up to 2:1: raise data\.buckets\.maxAspect\.$/,
    );
  });

  it("do not go with pictures of a class, which have one", async () => {
    const folder = await drawPictures(1);
    const config = tinyConfig(folder, {
      data: { folder, prompt: "a sks cat", buckets: { use: true } },
      prior: { classPrompt: "a cat", folder },
    });
    await expect(run(config)).rejects.toThrow(/data\.buckets\.use: expected one shape/);
  });
});

describe("masks", () => {
  it("leave out of the loss what they hide, in files beside the pictures", async () => {
    const folder = await drawPictures(2);
    const masks = join(folder, "..", "masks");
    await mkdir(masks);
    const white = new Uint8Array(3 * 24 * 24).fill(255);
    const write = async (name: string, data: Uint8Array) =>
      writeFile(join(masks, name), await encodePng({ width: 24, height: 24, data }));
    await write("p0.png", white);
    const lossesWith = async (fields: object, name: string) => {
      const data = {
        folder,
        prompt: "a photo of a cat",
        masks: { source: "folder", folder: masks, ...fields },
      };
      const events = await run(
        tinyConfig(folder, { data, steps: 1, output: { run: join(folder, "..", name) } }),
      );
      const warnings = events.flatMap((event) =>
        event.type === "warning" ? [inEnglish(event)] : [],
      );
      return { losses: lossesOf(events), warnings };
    };
    const plain = await run(
      tinyConfig(folder, { steps: 1, output: { run: join(folder, "..", "unmasked") } }),
    );
    const open = await lossesWith({}, "open");
    expect(open.losses[0]).toBeCloseTo(lossesOf(plain)[0] ?? 0, 6);
    expect(open.warnings).toEqual(["p1.png has no mask and counts as a whole: p1.png."]);
    // As another system names it, beside what macOS leaves.
    await write("P1.PNG", white);
    await writeFile(join(masks, "._p1.png"), "no picture");
    await write("p0.png", new Uint8Array(3 * 24 * 24));
    const half = await lossesWith({}, "half");
    expect(half.warnings).toEqual([]);
    expect(half.losses[0]).toBeLessThan(open.losses[0] ?? 0);
    const lifted = await lossesWith({ unmaskedWeight: 0.5 }, "lifted");
    const middle = ((open.losses[0] ?? 0) + (half.losses[0] ?? 0)) / 2;
    expect(lifted.losses[0]).toBeCloseTo(middle, 5);
  });

  it.each([
    [{ source: "folder" }, /data\.masks\.folder: expected the folder of the masks/],
    [{ folder: "m" }, /data\.masks\.folder: expected none with the source none/],
    [{ unmaskedWeight: 0.1 }, /data\.masks\.unmaskedWeight: expected none where nothing is masked/],
  ])("refuse %j", (masks, message) => {
    expect(() => parseTrainConfig({ base, data: { folder: "a", masks } })).toThrow(message);
  });
});

describe("captions that change", () => {
  it("are drawn anew for each showing, with the text encoder in the step, and repeat exactly", async () => {
    const folder = await drawPictures(2);
    const data = {
      ...{ folder, prompt: "a {photo|cat}, a photo, cat", wildcards: true },
      ...{ shuffleTags: true, keepTags: 1, tagDropout: 0.3, captionDropout: 0.2 },
    };
    const configOf = (name: string) =>
      tinyConfig(folder, { data, steps: 5, output: { run: join(folder, "..", name) } });
    const [first, second] = [await run(configOf("one")), await run(configOf("two"))];
    expect(lossesOf(first)).toEqual(lossesOf(second));
    const plain = { folder, prompt: "a photo, a photo, cat" };
    const other = await run(
      tinyConfig(folder, { data: plain, steps: 5, output: { run: join(folder, "..", "plain") } }),
    );
    expect(lossesOf(other)).not.toEqual(lossesOf(first));
  });

  it("give the same states in the step as outside of it", async () => {
    const folder = await drawPictures(2);
    // A separator that never occurs: captions stay as they are.
    const same = { folder, prompt: "a photo of a cat", shuffleTags: true, tagSeparator: "|" };
    const inside = await run(
      tinyConfig(folder, { data: same, steps: 3, output: { run: join(folder, "..", "in") } }),
    );
    const outside = await run(
      tinyConfig(folder, { steps: 3, output: { run: join(folder, "..", "out") } }),
    );
    for (const [step, loss] of lossesOf(inside).entries()) {
      expect(loss).toBeCloseTo(lossesOf(outside)[step] ?? Number.NaN, 5);
    }
  });

  it("are refused where their braces do not pair up", async () => {
    const folder = await drawPictures(1);
    const data = { folder, prompt: "a {photo", wildcards: true };
    await expect(run(tinyConfig(folder, { data }))).rejects.toThrow(
      /caption of p0\.png: expected choices like \{a\|b\}/,
    );
    expect(() => parseTrainConfig({ base, data: { folder: "a", keepTags: 2 } })).toThrow(
      /data\.keepTags: expected 0 where tags are neither shuffled nor dropped, got 2/,
    );
  });
});
