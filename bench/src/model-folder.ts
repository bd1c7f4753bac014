/** @file A model of a published size with random weights in .cache/bench, made once. */

import { spawnSync } from "node:child_process";
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

/** The diffusers folder of a preset of model-presets.ts. @throws Error when it cannot be made. */
export function modelFolder(preset: string): string {
  const folder = join(process.cwd(), ".cache", "bench", preset);
  // The last file of a folder that is written.
  if (existsSync(join(folder, "model_index.json"))) return folder;
  const program = fileURLToPath(new URL("random-model.js", import.meta.url));
  const { status } = spawnSync(process.execPath, [program, preset, folder], {
    stdio: ["ignore", 2, 2],
  });
  if (status === 0) return folder;
  throw new Error(
    `bench: expected ${program} to make ${folder}, it ended with ${status ?? "nothing"}.`,
  );
}

/** Reads every file once, so that the system has them at hand. */
export async function warmFiles(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = createReadStream(join(entry.parentPath, entry.name));
    await pipeline(file, new Writable({ write: (_chunk, _encoding, done) => done() }));
  }
}
