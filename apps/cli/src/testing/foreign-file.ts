/** @file A single file as other programs write it, made of a tiny checkpoint. */

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixture, runCli } from "./run-cli.js";

/** A copy of a tiny checkpoint with other fields in its scheduler's config. */
export function copyCheckpoint(
  name: "tiny-sd1" | "tiny-sd2",
  folder: string,
  scheduler: Readonly<Record<string, unknown>>,
): void {
  cpSync(fixture("tiny-checkpoints", name), folder, { recursive: true });
  const path = join(folder, "scheduler", "scheduler_config.json");
  const config = JSON.parse(readFileSync(path, "utf8")) as object; // As diffusers writes it.
  writeFileSync(path, JSON.stringify({ ...config, ...scheduler }));
}

/** Makes one file of a folder that says nothing of its schedule, and something in its metadata if need be. */
export async function makeForeignFile(
  folder: string,
  path: string,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const made = await runCli(["convert", folder, path, "--to", "single-file"]);
  if (made.code !== 0) throw new Error(made.stderr);
  const bytes = readFileSync(path);
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, end).toString()) as {
    __metadata__: Record<string, string>;
  }; // As Atelier has just written it.
  const configs = JSON.parse(header.__metadata__["atelier.configs"] ?? "{}") as object;
  header.__metadata__ = {
    ...metadata,
    "atelier.configs": JSON.stringify({ ...configs, scheduler: undefined }),
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, text, bytes.subarray(end)]));
}
