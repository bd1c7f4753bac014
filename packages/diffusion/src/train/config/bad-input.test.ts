/** @file What trainings do on full and read-only disks, with hostile models and with bad pictures. */

import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AtelierError } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { inEnglish } from "../../english/english-warnings.js";
import { encodePng } from "../../files/png/encode-png.js";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../../files/safetensors/write-safetensors.js";
import { generate } from "../../pipeline/generate.js";
import {
  drawPictures,
  type TinyOverrides,
  tinyBase,
  tinyConfig,
  tinyTokenizer,
} from "../../testing/tiny-training.js";
import type { TrainEvent } from "../events/train-event.js";
import { train as runTraining } from "../train.js";

let pictures = "";
let folder = "";
beforeEach(async () => {
  pictures = await drawPictures(1);
  folder = dirname(pictures);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const depsOf = (overrides: TinyOverrides) =>
  nodeTrainDeps(tinyConfig(pictures, overrides), { tokenizerFolder: tinyTokenizer });

async function train(overrides: TinyOverrides): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of runTraining(tinyConfig(pictures, overrides), depsOf(overrides))) {
    events.push(event);
  }
  return events;
}

/** The tiny base with one number of a tensor replaced by NaN. */
async function brokenBase(weights: string, tensorName: string): Promise<string> {
  const base = join(folder, "broken");
  await cp(tinyBase, base, { recursive: true });
  const path = join(base, weights);
  const file = await openSafetensors(nodeFiles, path);
  expect([...file.entries.keys()]).toContain(tensorName);
  const tensors = [];
  for (const name of file.entries.keys()) {
    const tensor = await file.readFloat32(name);
    if (name === tensorName) tensor.data[0] = Number.NaN;
    tensors.push(tensorSource(name, tensor));
  }
  await writeSafetensors(nodeFiles, path, tensors, { metadata: file.metadata });
  await file.close();
  return base;
}

/** The tiny base with fields of one config.json replaced. */
async function hostileBase(component: string, fields: object): Promise<string> {
  const base = join(folder, "hostile");
  await cp(tinyBase, base, { recursive: true });
  const path = join(base, component, "config.json");
  const config: unknown = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify(Object.assign({}, config, fields)));
  return base;
}

describe("a model", () => {
  it.each([
    ["unet", { layers_per_block: 1e9 }, /unet config: .*\n {2}layers_per_block: /],
    ["unet", { transformer_layers_per_block: 1e9 }, /transformer_layers_per_block: /],
    ["vae", { layers_per_block: 1e9 }, /vae config: .*\n {2}layers_per_block: /],
    ["text_encoder", { num_hidden_layers: 1e9 }, /num_hidden_layers: /],
    ["unet", { norm_num_groups: 3 }, /norm_num_groups: 3 does not divide 8 channels/],
    ["vae", { norm_num_groups: 3 }, /norm_num_groups: 3 does not divide \d+ channels/],
  ])("whose %s claims %j is refused before it is built", async (component, fields, message) => {
    const path = await hostileBase(component, fields);
    await expect(train({ base: { path } })).rejects.toThrow(message);
  });

  it("whose autoencoder or text encoder gives NaN stops with the picture's name", async () => {
    const vae = await brokenBase("vae/diffusion_pytorch_model.safetensors", "quant_conv.bias");
    await expect(train({ base: { path: vae } })).rejects.toThrow(
      /p0\.png: expected finite numbers, got NaN/,
    );
    await rm(vae, { recursive: true });
    const text = await brokenBase("text_encoder/model.safetensors", "final_layer_norm.bias");
    await expect(train({ base: { path: text } })).rejects.toThrow(
      /the caption of p0\.png: expected finite numbers, got NaN/,
    );
  });

  it("whose denoiser gives NaN is not watched, and is told of before its first step", async () => {
    const path = await brokenBase("unet/diffusion_pytorch_model.safetensors", "conv_out.bias");
    const watch = { share: 1, prompts: ["a dog"] };
    const attempt = train({ base: { path }, watch, steps: 6, batchSize: 4 });
    await expect(attempt).rejects.toThrow(
      /generate: expected finite latents, got NaN after step 1 of 8 .* The model's weights .* damaged/,
    );
  });

  it("whose decoder gives NaN draws no black picture", async () => {
    const weights = "vae/diffusion_pytorch_model.safetensors";
    const path = await brokenBase(weights, "decoder.conv_out.bias");
    const options = { signal: undefined, onProgress: () => {} };
    const { base } = tinyConfig(pictures, { base: { path } });
    await using pipeline = await depsOf({}).openBase(base, options);
    const draw = async () => {
      for await (const event of generate(pipeline, { prompt: "a cat", steps: 1 })) {
        expect(event.type).toBe("step");
      }
    };
    await expect(draw()).rejects.toThrow(/expected finite pixels, got NaN from the autoencoder/);
  });
});

describe("a folder of pictures", () => {
  const put = async (name: string, side: number) => {
    const data = new Uint8Array(3 * side * side).fill(99);
    await writeFile(join(pictures, name), await encodePng({ width: side, height: side, data }));
  };

  it("may hold folders with a picture's name; they are reported and left alone", async () => {
    await mkdir(join(pictures, "album.png"));
    const events = await train({ steps: 1, batchSize: 1 });
    expect(events.at(-1)).toMatchObject({ type: "done", step: 1 });
    const warnings = events.flatMap((event) =>
      event.type === "warning" ? [inEnglish(event)] : [],
    );
    expect(warnings).toEqual([
      expect.stringMatching(/album\.png is a folder in spite of its name/),
    ]);
  });

  it.each([
    ["dot.png", () => put("dot.png", 1), "got 1x1: the picture is too small"],
    ["text.png", () => writeFile(join(pictures, "text.png"), "text"), "bytes of another kind"],
    ["no.jpg", () => writeFile(join(pictures, "no.jpg"), ""), "got an empty file"],
  ])("with a bad %s stops at its name and keeps no adapter", async (name, make, reason) => {
    await make();
    const run = join(folder, "run");
    const attempt = train({ output: { run } });
    await expect(attempt).rejects.toThrow(`${name}: `);
    await expect(attempt).rejects.toThrow(reason);
    // Some are noticed before anything is written.
    const left = await readdir(run).catch(() => []);
    expect(left.filter((name) => !/^(config|inputs)\.json$|^events\.jsonl$/.test(name))).toEqual(
      [],
    );
  });
});

/** Mounts a file system in memory, which takes Linux and its administrator. */
function mount(options: string, at: string): boolean {
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", at]);
  return status === 0;
}
const unmount = (at: string) => spawnSync("umount", [at]);

const probe = await mkdtemp(join(tmpdir(), "atelier-mount-"));
const canMount = mount("size=64k", probe);
if (canMount) unmount(probe);
await rm(probe, { recursive: true });
if (!canMount) {
  console.warn("skip: full and read-only disks take the right to mount one (root on Linux).");
}

describe.skipIf(!canMount)("a disk", () => {
  let disk = "";
  const mounted = async (options: string) => {
    disk = join(folder, "disk");
    await mkdir(disk);
    expect(mount(options, disk)).toBe(true);
  };
  // Runs before the hook that removes the folder.
  afterEach(() => unmount(disk));

  it("that fills up while a file is written keeps the old file and no part of the new", async () => {
    await mounted("size=64k");
    const path = join(disk, "adapter.safetensors");
    await nodeFiles.write(path, [new Uint8Array(1000).fill(1)]);
    const attempt = nodeFiles.write(path, [new Uint8Array(40_000), new Uint8Array(40_000)]);
    await expect(attempt).rejects.toThrow(/ENOSPC\. The disk is full; free some space/);
    expect(await readdir(disk)).toEqual(["adapter.safetensors"]);
    expect((await readFile(path)).equals(Buffer.alloc(1000, 1))).toBe(true);
  });

  it("that cannot hold a run is refused before anything is computed", async () => {
    await mounted("size=16k");
    const attempt = train({ output: { folder: join(disk, "runs") } });
    await expect(attempt).rejects.toThrow(/expected 0\.\d+ MiB of free space .*, got 0\.\d+ MiB\./);
  });

  it("that cannot hold the cache stops the run and says so", async () => {
    await mounted("size=4k");
    const attempt = train({ cacheFolder: join(disk, "cache") });
    await expect(attempt).rejects.toThrow(/ENOSPC\. The disk is full/);
    await expect(attempt).rejects.toBeInstanceOf(AtelierError);
  });

  it("that is read-only is named when a run begins", async () => {
    await mounted("size=64k,ro");
    const attempt = train({ output: { folder: join(disk, "runs") } });
    await expect(attempt).rejects.toThrow(
      /disk.runs.*expected a folder that can be written, got EROFS/,
    );
  });
});
