/** @file Pictures of a folder of their own that a run is looked at with: never trained on, never the same, recorded. */

import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sharpPictures } from "../../adapters/sharp-pictures.js";
import { warning, warningEvent } from "../../core/warnings/warning.js";
import { encodePng } from "../../files/png/encode-png.js";
import { lossesOf, resumeTiny, runTiny, tinyConfigs } from "../../testing/tiny-runs.js";
import { drawPictures } from "../../testing/tiny-training.js";
import { parseTrainConfig } from "../config/config.js";
import type { TrainConfig } from "../config/train-config.js";
import type { TrainEvent } from "../events/train-event.js";

const watch = { share: 1, prompts: ["a dog", "a photo"], classPrompt: "a cat" };

let folder = "";
let configOf: Awaited<ReturnType<typeof tinyConfigs>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-validation-"));
  configOf = await tinyConfigs(3);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A folder of two pictures that training does not show. */
async function unseen(name: string): Promise<string> {
  const drawn = await drawPictures(6);
  const path = join(folder, name);
  await mkdir(path);
  for (const picture of ["p4.png", "p5.png"]) {
    await rename(join(drawn, picture), join(path, picture));
  }
  return path;
}

const watched = (run: string, validation: string, fields = {}): TrainConfig =>
  configOf(run, { batchSize: 4, watch: { ...watch, validation, ...fields } });

const planOf = (events: readonly TrainEvent[]) => events.find((event) => event.type === "watch");

describe("a run with a folder for validation", () => {
  it("looks at its pictures, and trains on all of its own as an unwatched run does", async () => {
    const validation = await unseen("apart");
    const events = await runTiny(watched("apart", validation));
    const plan = planOf(events);
    expect(plan?.heldOut).toEqual(["apart/p4.png", "apart/p5.png"]);
    expect(plan?.validation).toEqual({ folder: validation, pictures: 2 });
    const shown = new Set(plan?.banks["held-out"]?.map(({ picture }) => picture));
    expect([...shown].sort()).toEqual(["apart/p4.png", "apart/p5.png"]);
    for (const { picture } of plan?.banks.train ?? []) expect(picture).toMatch(/^p[012]\.png$/);
    const plain = await runTiny(configOf("plain", { batchSize: 4 }));
    expect(lossesOf(events)).toEqual(lossesOf(plain));
  });

  it("looks at as many as a look has room for, by its seed", async () => {
    const drawn = await drawPictures(16);
    for (const index of [0, 1, 2]) await rm(join(drawn, `p${index}.png`));
    const heldBy = async (run: string, seed: number) => {
      const config = { ...watched(run, drawn), seed };
      const plan = planOf(await runTiny(config, { until: ({ type }) => type === "watch" }));
      expect(plan?.validation?.pictures).toBe(13);
      return plan?.heldOut;
    };
    const held = await heldBy("many", 0);
    expect([4, 8]).toContain(held?.length);
    expect(await heldBy("many again", 0)).toEqual(held);
    expect(await heldBy("many others", 1)).not.toEqual(held);
  });

  it("is refused where a picture shows what training shows, unless that is allowed", async () => {
    const validation = await unseen("overlapping");
    const { data } = watched("", validation);
    const bytes = await readFile(join(data.folder, "p0.png"));
    await writeFile(join(validation, "same.png"), bytes);
    const picture = await sharpPictures.decode(bytes, "p0.png", {
      ...{ background: [255, 255, 255], maxPixels: 1000 },
    });
    const lighter = picture.data.map((level) => Math.min(255, level + 3));
    const near = await encodePng({ ...picture, data: lighter });
    await writeFile(join(validation, "near.png"), near);
    const pairs = ["overlapping/near.png ≈ p0.png", "overlapping/same.png = p0.png"];
    await expect(runTiny(watched("refused", validation))).rejects.toThrow(
      `watch.validation: expected pictures that training does not show, got 2 that it shows, or nearly so (= the same, ≈ nearly, ↔ mirrored):\n  ${pairs.join("\n  ")}\nRemove them from one of the folders, or look at them all the same: \`watch.allowOverlap: true\`.`,
    );
    const events = await runTiny(watched("allowed", validation, { allowOverlap: true }));
    expect(events).toContainEqual(
      warningEvent(warning("validation-overlap", { pairs: { count: 2, first: pairs } })),
    );
    expect(planOf(events)?.heldOut).toHaveLength(4);
  });

  it("is resumed only with the pictures and captions that it began with", async () => {
    const validation = await unseen("changed");
    const config = watched("changing", validation);
    await runTiny(config, { until: (event) => event.type === "step" && event.step === 4 });
    const path = join(validation, "p4.png");
    const before = await readFile(path);
    await writeFile(path, await readFile(join(validation, "p5.png")));
    await expect(resumeTiny(config)).rejects.toThrow(path);
    await writeFile(path, before);
    await writeFile(join(validation, "p4.txt"), "another cat");
    await expect(resumeTiny(config)).rejects.toThrow(path);
    await rm(join(validation, "p4.txt"));
    expect((await resumeTiny(config)).at(-1)?.type).toBe("done");
  });

  it.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    [
      "is empty",
      (path) => Promise.all(["p4.png", "p5.png"].map((name) => rm(join(path, name)))),
      /pictures .*: expected JPEG, PNG, WebP or AVIF files, got an empty folder\. Put pictures there or name another folder\./,
    ],
    [
      "is not there",
      (path) => rm(path, { recursive: true }),
      /pictures .*: expected a folder, got nothing at that path\./,
    ],
    [
      "holds a picture that is none",
      (path) => writeFile(join(path, "p5.png"), "no picture"),
      /picture [^/]*\/p5\.png: expected .*, got .*\./,
    ],
  ])("is refused before it begins where the folder %s", async (name, spoil, message) => {
    const validation = await unseen(name);
    await spoil(validation);
    const config = watched(`spoiled ${name}`, validation);
    await expect(runTiny(config)).rejects.toThrow(message);
    expect(await nodeFiles.stat(config.output.run ?? "")).toBeUndefined();
  });

  it("is refused where its pictures have no captions and there is no prompt", async () => {
    const validation = await unseen("without captions");
    const trained = await drawPictures(2);
    for (const name of ["p0", "p1"]) await writeFile(join(trained, `${name}.txt`), "a cat");
    const config = watched("no captions", validation);
    const data = { ...config.data, folder: trained, prompt: undefined };
    await expect(runTiny({ ...config, data })).rejects.toThrow(
      /captions .*without captions: expected a caption for every picture, got none for p4\.png, p5\.png\./,
    );
  });
});

describe("a config with a folder for validation", () => {
  const problemsOf = (fields: Readonly<Record<string, unknown>>) => () =>
    parseTrainConfig({ base: { path: "base" }, data: { folder: "a" }, watch: fields });

  it.each([
    [
      { share: 0, validation: "b" },
      "watch.validation: expected a run that is watched, got watch.share 0; 0.1 gives it a tenth of the time",
    ],
    [
      { share: 0.1, validation: "b", heldOut: 2 },
      "watch.heldOut: expected none beside watch.validation, whose pictures are looked at instead, got 2",
    ],
    [
      { share: 0.1, allowOverlap: true },
      "watch.allowOverlap: expected watch.validation, whose pictures it is about",
    ],
  ])("is refused where its fields do not go together: %o", (fields, message) => {
    expect(problemsOf(fields)).toThrow(message);
  });
});
