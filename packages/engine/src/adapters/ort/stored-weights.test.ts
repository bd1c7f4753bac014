/** @file Weights that ONNX Runtime maps from files, and files that do not fit. */

import { link, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Graph } from "../../graph/graph.js";
import { add, cast, mul } from "../../graph/ops/elementwise.js";
import { gatherRows } from "../../graph/ops/movement.js";
import { input, parameter } from "../../graph/ops/source.js";
import type { FileTensor, ParameterSource, Runtime } from "../../runtime/runtime.js";
import { byteView, floatTensor } from "../../tensor.js";
import { routeRuntime, routes } from "../../testing/adapters/route-runtime.js";

let runtime: Runtime;
const x = floatTensor([1, 10, 100], [3]);

/** y = w·x, with w `[3]`. */
function scaled(): Graph {
  return { outputs: { y: mul(input("x", [3]), parameter("w", [3])) } };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-weights-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Writes arrays one after the other, from an offset, and says where each lies. */
async function writeWeights(
  path: string,
  offset: number,
  arrays: readonly ArrayBufferView[],
): Promise<FileTensor[]> {
  const parts = arrays.map(byteView);
  await writeFile(path, Buffer.concat([Buffer.alloc(offset, 0xff), ...parts]));
  let byteOffset = offset;
  return parts.map(({ byteLength }) => {
    const place = { path, byteOffset, byteLength };
    byteOffset += byteLength;
    return place;
  });
}

async function run(graph: Graph, w: ParameterSource): Promise<number[]> {
  await using compiled = await runtime.compile(graph, { parameters: new Map([["w", w]]) });
  const { y } = await compiled.run({ x });
  return Array.from(y?.data ?? [], Number);
}

/** Where a weight `[3]` of these values lies in a new file. */
async function fileOf(values: readonly number[], offset = 0): Promise<FileTensor> {
  const [place] = await writeWeights(join(folder, "w.bin"), offset, [Float32Array.from(values)]);
  if (place === undefined) throw new Error("one weight was written");
  return place;
}

describe.each(routes)("weights in files, by %s", (route) => {
  beforeAll(() => {
    runtime = routeRuntime(route, { threads: 1 });
  });

  it.each([0, 1, 3, 8, 4097])("are read at offset %i", async (offset) => {
    expect(await run(scaled(), await fileOf([2, -3, 0.5], offset))).toEqual([2, -30, 50]);
  });

  it("of every element type lie in one file beside each other", async () => {
    const places = await writeWeights(join(folder, "all.bin"), 5, [
      Uint8Array.of(1),
      Float64Array.of(0.25, -4),
      BigInt64Array.of(1n, 0n),
      Uint16Array.of(0x3c00, 0xc000),
      Uint16Array.of(0x4040, 0xbf80),
      Float32Array.of(7),
    ]);
    const types = ["bool", "float64", "int64", "float16", "bfloat16", "float32"] as const;
    const shapes = [[1], [2], [2], [2], [2], [1]];
    const nodes = types.map((dtype, i) => parameter(dtype, shapes[i] ?? [], dtype));
    const outputs = Object.fromEntries(
      nodes.map((node, i) => [types[i] ?? "", cast(node, "float32")]),
    );
    const parameters = new Map(places.map((place, i) => [types[i] ?? "", place]));
    await using compiled = await runtime.compile({ outputs }, { parameters });
    const results = Object.entries(await compiled.run({})).map(([name, { data }]) => [
      name,
      Array.from(data, Number),
    ]);
    expect(Object.fromEntries(results)).toEqual({
      bool: [1],
      float64: [0.25, -4],
      int64: [1, 0],
      float16: [1, -2],
      bfloat16: [3, -1],
      float32: [7],
    });
  });

  it("mix with weights in memory and weights given at every run", async () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => parameter(name, [3]));
    if (a === undefined || b === undefined || c === undefined) throw new Error("three weights");
    const graph = { outputs: { y: add(add(mul(input("x", [3]), a), b), c) } };
    const parameters = new Map<string, ParameterSource>([
      ["a", await fileOf([2, 2, 2], 3)],
      ["b", floatTensor([1, 2, 3], [3])],
    ]);
    await using compiled = await runtime.compile(graph, { parameters });
    const { y } = await compiled.run({ x, c: floatTensor([0, 0, -1], [3]) });
    expect(y?.data).toEqual(Float32Array.of(3, 22, 202));
  });

  it("stay what they were when a new file takes the old one's name", async () => {
    const place = await fileOf([1, 1, 1]);
    const parameters = new Map([["w", place]]);
    await using compiled = await runtime.compile(scaled(), { parameters });
    await writeFile(join(folder, "new.bin"), Float32Array.of(9, 9, 9));
    await rename(join(folder, "new.bin"), place.path);
    const { y } = await compiled.run({ x });
    expect(y?.data).toEqual(Float32Array.of(1, 10, 100));
  });

  it("serve several graphs at once", async () => {
    const place = await fileOf([1, 2, 3]);
    const rows = {
      outputs: { y: gatherRows(parameter("w", [3]), cast(input("i", [1]), "int64")) },
    };
    const parameters = new Map([["w", place]]);
    await using one = await runtime.compile(scaled(), { parameters });
    await using two = await runtime.compile(rows, { parameters });
    const { y } = await two.run({ i: floatTensor([2], [1]) });
    expect(y?.data).toEqual(Float32Array.of(3));
    expect((await one.run({ x }))["y"]?.data).toEqual(Float32Array.of(1, 20, 300));
  });

  it("are read where the temporary folder is on another file system", async (context) => {
    const other = "/dev/shm";
    const here = await stat(folder);
    const there = await stat(other).catch(() => undefined);
    if (there === undefined || there.dev === here.dev) {
      console.warn(`not tested: ${other} is no file system of its own here.`);
      context.skip();
    }
    const outside = await mkdtemp(join(other, "atelier-weights-"));
    try {
      const path = join(outside, "w.bin");
      const [place] = await writeWeights(path, 3, [Float32Array.of(2, -3, 0.5)]);
      await expect(link(path, join(folder, "link"))).rejects.toThrow("EXDEV");
      expect(place && (await run(scaled(), place))).toEqual([2, -30, 50]);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it("leave no temporary folder behind, whether the graph compiles or not", async () => {
    const temporary = join(folder, "tmp");
    await mkdir(temporary);
    vi.stubEnv("TMPDIR", temporary);
    const place = await fileOf([1, 1, 1]);
    expect(await run(scaled(), place)).toEqual([1, 10, 100]);
    await expect(run(scaled(), { ...place, byteLength: 8 })).rejects.toThrow();
    expect(await readdir(temporary)).toEqual([]);
  });
});

describe.each(routes)("weights in files that do not fit, by %s", (route) => {
  beforeAll(() => {
    runtime = routeRuntime(route, { threads: 1 });
  });

  it("name the weight whose size is not that of the graph", async () => {
    const place = await fileOf([1, 2]);
    await expect(run(scaled(), place)).rejects.toMatchObject({
      code: "weights",
      message: expect.stringMatching(/expected 12 bytes for w float32\[3\], got 8\./),
    });
  });

  it("are refused when the file ends before the weight does", async () => {
    const place = await fileOf([1, 2, 3]);
    await expect(run(scaled(), { ...place, byteOffset: 4 })).rejects.toMatchObject({
      code: "weights",
      message: expect.stringMatching(/expected 16 bytes in .*w\.bin for w, got 12\./),
    });
  });

  it("are refused when there is no file", async () => {
    const place = { path: join(folder, "missing.bin"), byteOffset: 0, byteLength: 12 };
    await expect(run(scaled(), place)).rejects.toMatchObject({
      code: "file",
      message: expect.stringContaining("missing.bin"),
    });
  });
});
