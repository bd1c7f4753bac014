/** @file Adapters as the command line names them, with or without a strength. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AtelierError, type FileEntry, type FileStore } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { parseAdapterUse } from "./adapter-use.js";
import { temporaryFolder } from "./testing/run-cli.js";

/** A file store where just these paths exist, with names that this platform may not allow. */
function filesAt(...paths: string[]): FileStore {
  const stat = (path: string): Promise<FileEntry | undefined> =>
    Promise.resolve(paths.includes(path) ? { name: path, kind: "file", sizeBytes: 1 } : undefined);
  return { ...nodeFiles, stat };
}

describe("parseAdapterUse", () => {
  it.each([
    ["dog.safetensors", "dog.safetensors", 1],
    ["dog.safetensors:0.8", "dog.safetensors", 0.8],
    ["dog.safetensors:-1", "dog.safetensors", -1],
    ["dog.safetensors:1e-1", "dog.safetensors", 0.1],
    ["C:\\loras\\dog.safetensors", "C:\\loras\\dog.safetensors", 1],
    ["C:\\loras\\dog.safetensors:0.5", "C:\\loras\\dog.safetensors", 0.5],
    ["D:/loras/dog:.7", "D:/loras/dog", 0.7],
    ["10:30.safetensors:2", "10:30.safetensors", 2],
  ])("reads %s", async (value, path, weight) => {
    expect(await parseAdapterUse(value, filesAt(path))).toEqual({ path, weight });
  });

  it("takes a file whose name ends like a weight as it is", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "a"));
    const path = join(folder, process.platform === "win32" ? "style" : "style:0.5");
    writeFileSync(path, "");
    expect(await parseAdapterUse(path, nodeFiles)).toEqual({ path, weight: 1 });
  });

  it.each([
    ["dog.safetensors:strong", "config"],
    ["dog.safetensors:", "config"],
    ["dog.safetensors:NaN", "config"],
    ["cat.safetensors", "file"],
    ["cat.safetensors:0.5", "file"],
    ["C:\\cat.safetensors", "file"],
  ])("refuses %s", async (value, code) => {
    const refusal = parseAdapterUse(value, filesAt("dog.safetensors"));
    await expect(refusal).rejects.toThrow(AtelierError);
    await expect(refusal).rejects.toMatchObject({ code });
  });
});
