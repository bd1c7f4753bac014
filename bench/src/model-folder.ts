/** @file A model of a published size with random weights in .cache/bench, made once. */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
export function warmFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) readFileSync(join(entry.parentPath, entry.name));
  }
}
