/** @file Hashes of a tiny model's weights. */

import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { tinyBase, tinyConfig, tinyTokenizer } from "../../testing/tiny-training.js";
import type { ProgressEvent } from "../events/train-event.js";
import { fingerprints, hashWeights, type WeightHashes } from "./fingerprint.js";

async function openTiny(path: string) {
  const config = tinyConfig(".");
  const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
  return deps.openBase({ ...config.base, path }, { signal: undefined, onProgress: () => {} });
}

async function hash(
  path: string,
  signal?: AbortSignal,
): Promise<{ hashes: WeightHashes; names: Record<string, string>; events: ProgressEvent[] }> {
  await using pipeline = await openTiny(path);
  const events: ProgressEvent[] = [];
  const cacheFolder = await mkdtemp(join(tmpdir(), "atelier-hash-"));
  const work = hashWeights(nodeFiles, pipeline, { cacheFolder, signal });
  for (;;) {
    const { done, value } = await work.next();
    if (done === true) {
      return { hashes: value, names: await fingerprints(value, pipeline), events };
    }
    events.push(value);
  }
}

describe("hashWeights", () => {
  it("names the models whose values differ, and no other", async () => {
    const before = await hash(tinyBase);
    const changed = join(await mkdtemp(join(tmpdir(), "atelier-hash-")), "tiny");
    await cp(tinyBase, changed, { recursive: true });
    const file = join(changed, "vae", "diffusion_pytorch_model.safetensors");
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(file, bytes);
    const after = await hash(changed);
    const differing = Object.keys(before.names).filter(
      (model) => before.names[model] !== after.names[model],
    );
    expect(differing).toEqual(["vae"]);
    const tensors = Object.entries(before.hashes.vae ?? {}).filter(
      ([name, digest]) => after.hashes.vae?.[name] !== digest,
    );
    expect(tensors).toHaveLength(1);
  });

  it("tells how far it is, and stops on the signal", async () => {
    const { hashes, events } = await hash(tinyBase);
    const total = Object.values(hashes).reduce((sum, model) => sum + Object.keys(model).length, 0);
    expect(events.at(-1)).toMatchObject({ stage: "weights", done: total, total, secondsLeft: 0 });
    await expect(hash(tinyBase, AbortSignal.abort())).rejects.toMatchObject({ code: "aborted" });
  });
});
