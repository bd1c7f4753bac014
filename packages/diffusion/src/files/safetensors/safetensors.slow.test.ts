/** @file Files larger than 4 GiB: a sparse one is read, a streamed one is written. */

import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSafetensors } from "./open-safetensors.js";
import { tensorSource, writeSafetensors } from "./write-safetensors.js";

const BIG_BYTES = 5 * 2 ** 30;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-large-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("reads a tensor that begins behind the 4 GiB mark", async () => {
  const json = JSON.stringify({
    big: { dtype: "U8", shape: [BIG_BYTES], data_offsets: [0, BIG_BYTES] },
    last: { dtype: "F32", shape: [2], data_offsets: [BIG_BYTES, BIG_BYTES + 8] },
  });
  const path = join(folder, "sparse.safetensors");
  const handle = await open(path, "w");
  const start = new Uint8Array(8 + json.length);
  new DataView(start.buffer).setBigUint64(0, BigInt(json.length), true);
  start.set(new TextEncoder().encode(json), 8);
  await handle.write(start);
  const last = new Uint8Array(Float32Array.of(1.5, -3).buffer);
  await handle.write(last, 0, 8, start.length + BIG_BYTES);
  await handle.close();

  const file = await openSafetensors(nodeFiles, path);
  expect(file.entries.get("last")?.byteOffset).toBe(start.length + BIG_BYTES);
  expect(await file.readFloat32("last")).toEqual(floatTensor([1.5, -3], [2]));
  await file.close();
});

it("streams a tensor of more than 4 GiB without holding it", { timeout: 600_000 }, async () => {
  const chunk = new Uint8Array(64 * 2 ** 20);
  function* chunks() {
    for (let sent = 0; sent < BIG_BYTES; sent += chunk.length) yield chunk;
  }
  const path = join(folder, "streamed.safetensors");
  const before = process.memoryUsage().rss;
  const size = await writeSafetensors(nodeFiles, path, [
    { name: "a", dtype: "U8", shape: [BIG_BYTES], chunks },
    tensorSource("b", floatTensor([7], []), { dtype: "F16" }),
    { name: "c", dtype: "U8", shape: [1], chunks: () => [Uint8Array.of(9)] },
  ]);
  expect(size).toBeGreaterThan(BIG_BYTES);
  expect(process.memoryUsage().rss - before).toBeLessThan(512 * 2 ** 20);
  const file = await openSafetensors(nodeFiles, path);
  expect(await file.readBytes("c")).toEqual(Uint8Array.of(9));
  expect((await file.readFloat32("b")).data).toEqual(Float32Array.of(7));
  await file.close();
});
