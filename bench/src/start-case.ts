/** @file Cases of `atelier lora`, from the command to its first finished step. */

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { embeddedBaseName } from "@atelier/base";
import { encodePng } from "@atelier/diffusion/files";
import { z } from "zod";
import type { Case } from "./case.js";
import type { Measurement } from "./measurement.js";
import { modelFolder, warmFiles } from "./model-folder.js";

/** A training on three pictures. */
export interface StartCase {
  readonly title: string;
  /** A model of model-presets.ts; the embedded base by default. */
  readonly model?: string;
  /** Whether latents and text states are there from a training before. */
  readonly isCached: boolean;
}

const program = fileURLToPath(new URL("../../apps/cli/bin/atelier.mjs", import.meta.url));
const stepEvent = z.object({ type: z.literal("step") });

/** A line of the report, without a peer: its weights lie in the system's file cache. */
export function startCase({ title, model, isCached }: StartCase): Case {
  return {
    title,
    ours: async ({ threads }) => {
      const base = model === undefined ? embeddedBaseName : modelFolder(model);
      if (model !== undefined) await warmFiles(base);
      const folder = await mkdtemp(join(tmpdir(), "atelier-start-"));
      try {
        await makePictures(join(folder, "pictures"));
        const start = (run: string) => startTraining({ folder, base, run, threads });
        const first = await start("first");
        return isCached ? await start("second") : first;
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  };
}

async function makePictures(folder: string): Promise<void> {
  const [width, height] = [640, 512];
  await mkdir(folder);
  for (const hue of [40, 120, 200]) {
    const data = new Uint8Array(3 * width * height).map((_, i) => (hue + i / 997) % 256);
    await writeFile(join(folder, `${hue}.png`), await encodePng({ width, height, data }));
  }
}

interface Training {
  /** Has the pictures; runs and cached tensors are written into it. */
  readonly folder: string;
  readonly base: string;
  readonly run: string;
  readonly threads: number;
}

/** Trains two steps; the first one's time is that since the command. */
async function startTraining({ folder, base, run, threads }: Training): Promise<Measurement> {
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...[program, "lora", join(folder, "pictures"), "--base", base, "--json"],
      ...["--prompt", "a photo of a cat", "--rank", "4", "--steps", "2"],
      ...["--threads", String(threads), "--samples-every-steps", "0", "--watch", "0"],
      ...["--cache-folder", join(folder, "cache"), "--run", join(folder, run)],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const times: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!stepEvent.safeParse(JSON.parse(line)).success) continue;
    times.push((performance.now() - begun) / 1000);
  }
  const code = await ended;
  const [first, second] = times;
  if (code !== 0 || first === undefined || second === undefined) {
    throw new Error(`bench: expected two steps of atelier lora, it ended with ${code}.`);
  }
  const measured = { secondsBeforeFirst: 0, firstSeconds: first, seconds: [second - first] };
  return { ...measured, peakBytes: Number.NaN, checks: [] };
}
