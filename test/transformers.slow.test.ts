/**
 * @file Acceptance at the size of Stable Diffusion 3.5 medium and of FLUX.1: random checkpoints in 16 bits train an
 * adapter and draw within bounds of memory. Takes an hour of two cores or more, and the built program (`npm run build`).
 */

import { mkdirSync } from "node:fs";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodePng } from "@atelier/diffusion/files";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gigabytes, type Outcome, stepsOf, watch } from "./watch-memory.js";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const program = at("../apps/cli/bin/atelier.mjs");

const { bavail, bsize } = await statfs(tmpdir());

/** What a model needs of the machine, where it lacks something. */
function lackingFor(name: string, needs: { readonly disk: number; readonly memory: number }) {
  const lacking =
    process.platform !== "linux"
      ? "Linux, which tells the peak memory of a process"
      : bavail * bsize < needs.disk * 1e9
        ? `${needs.disk} GB of free disk at ${tmpdir()}`
        : freemem() < needs.memory * 1e9
          ? `${needs.memory} GB of free memory`
          : undefined;
  if (lacking !== undefined) console.warn(`skip: tests of ${name}'s size need ${lacking}.`);
  return lacking;
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-transformers-"));
  // Rounded weights take ten gigabytes.
  process.env["ATELIER_CACHE"] = join(folder, "rounded");
  mkdirSync(join(folder, "pictures"));
  const [width, height] = [1024, 1024];
  const data = new Uint8Array(3 * width * height).map((_, i) => (40 + i / 997) % 256);
  await writeFile(join(folder, "pictures", "one.png"), await encodePng({ width, height, data }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const make = (kind: string): Promise<Outcome> =>
  watch([at("../bench/dist/random-model.js"), kind, join(folder, kind), "--dtype", "fp16"]);

/** One step of an adapter of rank 16 on one picture. */
const train = (kind: string, edge: number, more: readonly string[] = []): Promise<Outcome> =>
  watch([
    ...[program, "lora", join(folder, "pictures"), "--base", join(folder, kind), "--json"],
    ...["--prompt", "a photo of a cat", "--rank", "16", "--steps", "1", ...more],
    ...[
      "--width",
      String(edge),
      "--height",
      String(edge),
      "--samples-every-steps",
      "0",
      "--watch",
      "0",
    ],
    ...["--cache-folder", join(folder, "cache"), "--run", join(folder, `run-${kind}`)],
  ]);

describe.skipIf(lackingFor("SD 3.5 medium", { disk: 9, memory: 12 }) !== undefined)(
  "a checkpoint of Stable Diffusion 3.5 medium's size",
  () => {
    it("trains an adapter at 1024×1024 within 12 GB", async () => {
      await make("sd35m");
      const trained = await train("sd35m", 1024);
      console.info(`SD 3.5 medium, 1024×1024: ${gigabytes(trained)}`);
      expect(trained.peakBytes).toBeLessThan(12e9);
      expect(stepsOf(trained).map(({ loss }) => Number.isFinite(loss))).toEqual([true]);
      await rm(join(folder, "sd35m"), { recursive: true });
    }, 7_200_000);
  },
);

describe.skipIf(lackingFor("FLUX.1", { disk: 50, memory: 14 }) !== undefined)(
  "a checkpoint of FLUX.1's size in int4",
  () => {
    beforeAll(() => make("flux"), 3_600_000);

    it("trains an adapter at 512×512 within 14 GB", async () => {
      const trained = await train("flux", 512, ["--base-dtype", "int4"]);
      console.info(`FLUX.1 in int4, 512×512: ${gigabytes(trained)}`);
      expect(trained.peakBytes).toBeLessThan(14e9);
      expect(stepsOf(trained).map(({ loss }) => Number.isFinite(loss))).toEqual([true]);
    }, 7_200_000);

    it("draws two steps at 512×512 within 12 GB", async () => {
      const out = join(folder, "picture.png");
      const drawn = await watch([
        ...[program, "generate", "--base", join(folder, "flux"), "--base-dtype", "int4", "--json"],
        ...["--prompt", "a cat", "--steps", "2", "--width", "512", "--height", "512"],
        ...["--out", out],
      ]);
      console.info(`drawing with FLUX.1 in int4: ${gigabytes(drawn)}`);
      expect(drawn.lines.at(-1)?.event).toMatchObject({ path: out, width: 512, height: 512 });
      expect(drawn.peakBytes).toBeLessThan(12e9);
    }, 7_200_000);
  },
);
