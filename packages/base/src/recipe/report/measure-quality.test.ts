/** @file The whole measurement on models of tests: what it tells, what it finds, and that it stops. */

import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embedPictures } from "@atelier/diffusion/evaluate";
import { componentParameters } from "@atelier/diffusion/families";
import { encodePng } from "@atelier/diffusion/files";
import { listParameters, type PictureEncoderConfig } from "@atelier/diffusion/models";
import { AtelierError, input } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createInstanceIcons } from "../../adapters/instance-icons.js";
import { createMascotRenderer } from "../../adapters/render-mascot.js";
import { createSceneRenderer } from "../../adapters/render-scenes.js";
import { checksumsName } from "../../embedded/checksums.js";
import { tinyConfigs, tinyVocabulary } from "../../testing/tiny-models.js";
import { canonicalCaption } from "../../world/caption.js";
import { sceneAt } from "../../world/scene.js";
import { initialValues } from "../initial-values.js";
import { worldSeeds } from "../scene-batches.js";
import { writeModel } from "../write-model.js";
import { calibrationSheet } from "./calibration.js";
import { type Measured, type MeasureProgress, measureQuality } from "./measure-quality.js";
import { qualitySheet } from "./quality-sheet.js";

const renderer = createSceneRenderer();
const mascots = createMascotRenderer();
const encoder = (config: PictureEncoderConfig) =>
  listParameters((weights) => embedPictures(config, weights, input("pictures", [1, 3, 64, 64])));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-quality-"));
  const projection = [{ name: "text_projection.weight", shape: [16, 16] }];
  const texts = componentParameters({ text_encoder: tinyConfigs.text }, "text_encoder");
  await writeModel(nodeFiles, folder, {
    configs: tinyConfigs,
    vocabulary: tinyVocabulary,
    vae: initialValues(componentParameters({ vae: tinyConfigs.vae }, "vae"), 1),
    clip: initialValues([...texts, ...encoder(tinyConfigs.image), ...projection], 2),
    unet: initialValues(componentParameters({ unet: tinyConfigs.unet }, "unet"), 3),
    instance: initialValues(encoder(tinyConfigs.instance), 4),
    training: { steps: { vae: 1, clip: 1, unet: 1, instance: 1 }, seconds: {} },
  });
});
afterAll(() => rm(folder, { recursive: true }));

async function measure(stopAt?: string): Promise<{ told: MeasureProgress[]; measured: Measured }> {
  const stop = new AbortController();
  const options = {
    files: nodeFiles,
    folder,
    runtime: createOrtRuntime({ threads: 1 }),
    machine: { threads: 1, processor: "that of the test" },
    draw: renderer.render.bind(renderer),
    drawMascot: mascots.render.bind(mascots),
    icons: createInstanceIcons(),
    ...{ prompts: 3, picturesPerPrompt: 2, reconstructed: 2, compared: 3, named: 2, trials: 1 },
  };
  const measuring = measureQuality(options, stop.signal);
  for (const told: MeasureProgress[] = []; ; ) {
    const next = await measuring.next();
    if (next.done === true) return { told, measured: next.value };
    told.push(next.value);
    if (next.value.stage === stopAt) stop.abort(new AtelierError("aborted", "stopped"));
  }
}

describe("measureQuality", () => {
  it("measures every part and draws the first unseen scenes with seeds of their own", async () => {
    const { told, measured } = await measure();
    const { quality, drawn } = measured;
    const ends = told.filter(({ done, total }) => done === total);
    expect(ends.map(({ stage, total }) => [stage, total])).toEqual([
      ...[
        ["speed", 7],
        ["drawing", 6],
        ["judging", 3],
        ["calibration", 1],
        ["structure", 3],
        ["diversity", 2],
        ["reconstruction", 2],
        ["instances", 2],
      ],
    ]);
    expect(drawn.map(({ prompt, seed }) => [prompt, seed])).toEqual(
      [0, 1, 2].map((i) => [canonicalCaption(sceneAt(worldSeeds.evaluation, i)), 2 * i]),
    );
    for (const { generated, render } of drawn) {
      const pictures = [...generated, render].map(({ data }) => data.join());
      expect(new Set(pictures).size).toBe(3);
    }
    expect(quality.sample).toEqual({
      ...{ prompts: 3, picturesPerPrompt: 2, steps: 20, guidanceScale: 1.5 },
    });
    expect(quality.generated.style.of).toBe(6);
    expect(quality.real.background.of).toBe(3);
    const { calibration } = measured;
    expect(calibration).toHaveLength(10);
    const [cat, same] = [calibration[0], calibration.at(-1)];
    expect(same?.structureOfObject).toBeCloseTo(1, 9);
    expect(same?.instance).toBeCloseTo(1, 5);
    expect(cat?.structureOfObject).toBeLessThan(0.5);
    expect(calibrationSheet(calibration).width).toBe(5 * (3 * 64 + 8) + 8);
    const { cmmd, kid, diversity, structure, structureOfObject, sharpness, autoencoder } = quality;
    const numbers = [cmmd, kid, structure, structureOfObject, sharpness];
    for (const value of [...numbers, ...Object.values(diversity), ...Object.values(autoencoder)]) {
      expect(value).toBeTypeOf("number");
      expect(Number.isFinite(value)).toBe(true);
    }
    // An autoencoder that has learned nothing.
    expect(quality.reconstruction.psnrDecibels).toBeGreaterThan(3);
    expect(quality.reconstruction.psnrDecibels).toBeLessThan(20);
    expect(quality.reconstruction.worstPsnrDecibels).toBeLessThan(
      quality.reconstruction.psnrDecibels,
    );
    expect(quality.instanceJudge.things).toBe(64);
    expect(quality.speed.secondsPerPicture).toBeGreaterThan(0);
    const listed = JSON.stringify(JSON.parse(await readFile(join(folder, checksumsName), "utf8")));
    const bytes = [...listed.matchAll(/"sizeBytes":(\d+)/g)].map(([, size]) => Number(size));
    expect(quality.size.bytes).toBe(bytes.reduce((sum, size) => sum + size, 0));
    const vae = (await stat(join(folder, "vae", "diffusion_pytorch_model.safetensors"))).size;
    const values = 2 * (quality.size.parameters["vae"] ?? 0);
    // The header takes the rest.
    expect(vae - values).toBeGreaterThan(0);
    expect(vae - values).toBeLessThan(20_000);
    expect((await encodePng(qualitySheet(drawn))).length).toBeGreaterThan(10_000);
  });

  it.each(["speed", "drawing", "judging", "structure", "diversity", "reconstruction", "instances"])(
    "stops while it is at %s",
    async (stage) => {
      await expect(measure(stage)).rejects.toMatchObject({ code: "aborted" });
    },
    120_000,
  );
});
