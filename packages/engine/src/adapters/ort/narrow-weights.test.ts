/** @file Float32 weights that lie in 8 or 4 bits: mapped and widened where they are read, or read and widened. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gradients } from "../../autodiff/gradient.js";
import { parametersOf } from "../../graph/graph.js";
import { conv2d } from "../../graph/ops/conv.js";
import { add, mul, tanh } from "../../graph/ops/elementwise.js";
import { linear, matmul } from "../../graph/ops/linalg.js";
import { checkpoint } from "../../graph/ops/mark.js";
import { sumSquares } from "../../graph/ops/reduce.js";
import { input, parameter } from "../../graph/ops/source.js";
import { createTorchGenerator } from "../../random/torch-generator.js";
import type { FileTensor, ParameterSource, Runtime, TensorMap } from "../../runtime/runtime.js";
import type { StoredDType } from "../../stored-dtype.js";
import { byteView, floatTensor } from "../../tensor.js";
import { prepareWebGpu } from "../../testing/adapters/prepare-webgpu.js";
import { widenStored } from "../../widen-stored.js";
import { createOrtRuntime } from "./ort-runtime.js";

/** As for weights that are too large to be copied. */
const mapping = createOrtRuntime({ threads: 1, copiedBytes: 0 });
const copying = createOrtRuntime({ threads: 1 });
const ways = [
  ["mapped", mapping],
  ["copied", copying],
] as const;

const reason = await prepareWebGpu();
if (reason !== undefined) console.warn(`weights on a device are not tested: ${reason}`);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-narrow-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Stored {
  readonly dtype: StoredDType;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Float16. */
  readonly scales?: Uint16Array;
}

let written = 0;
/** Where a weight lies in a new file, its scales behind it. */
async function fileOf({ dtype, bytes, scales }: Stored): Promise<FileTensor> {
  const path = join(folder, `${written++}.bin`);
  await writeFile(path, Buffer.concat([Buffer.alloc(6), bytes, scales ? byteView(scales) : bytes]));
  const [byteOffset, byteLength] = [6, bytes.byteLength];
  const behind = { path, byteOffset: 6 + byteLength, byteLength: scales?.byteLength ?? 0 };
  return { path, byteOffset, byteLength, dtype, ...(scales ? { scales: behind } : {}) };
}

interface Running {
  readonly runtime: Runtime;
  readonly parameters: ReadonlyMap<string, ParameterSource>;
  readonly values?: TensorMap;
}

async function run(
  outputs: Parameters<Runtime["compile"]>[0]["outputs"],
  { runtime, parameters, values = {} }: Running,
): Promise<TensorMap> {
  await using compiled = await runtime.compile({ outputs }, { parameters });
  return await compiled.run(values);
}

const [one, half, minusQuarter] = [0x3c00, 0x3800, 0xb400];

/** Weights whose values are written down. */
const known: readonly (readonly [StoredDType, Stored, readonly number[]])[] = [
  [
    "float8_e4m3",
    // One, its negative, the least number, the least normal one, the largest, and a sum of three powers.
    { dtype: "float8_e4m3", bytes: Uint8Array.of(0x38, 0xb8, 0x01, 0x08, 0x7e, 0x4b) },
    [1, -1, 2 ** -9, 2 ** -6, 448, 4 * (1 + 1 / 4 + 1 / 8)],
  ],
  [
    "int8",
    {
      dtype: "int8",
      bytes: new Uint8Array(Int8Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? i : -i - 64))),
      scales: Uint16Array.of(half, minusQuarter),
    },
    Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? i : -i - 64) * (i < 32 ? 0.5 : -0.25)),
  ],
  [
    "int4",
    {
      dtype: "int4",
      // Two's complement: 0 to 7, −8 to −1, twice, the lower half of a byte first.
      bytes: Uint8Array.from({ length: 32 }, (_, i) => ((2 * i) % 16) | (((2 * i + 1) % 16) << 4)),
      scales: Uint16Array.of(one, minusQuarter),
    },
    Array.from({ length: 64 }, (_, i) => ((i % 16) - (i % 16 > 7 ? 16 : 0)) * (i < 32 ? 1 : -0.25)),
  ],
];

it.each(known)("gives %s its values", async (_, stored, expected) => {
  const w = parameter("w", [1, expected.length]);
  for (const [, runtime] of ways) {
    const parameters = new Map([["w", await fileOf(stored)]]);
    const { y, z } = await run({ y: w, z: mul(w, 2) }, { runtime, parameters });
    expect(Array.from(y?.data ?? [], Number)).toEqual(expected);
    expect(Array.from(z?.data ?? [], Number)).toEqual(expected.map((value) => 2 * value));
  }
  expect(Array.from(widenStored(stored) ?? [])).toEqual(expected);
});

it.skipIf(reason !== undefined).each(known)(
  "gives %s its values on a device",
  async (_, stored, expected) => {
    const w = parameter("w", [1, expected.length]);
    const graph = { outputs: { y: w, z: mul(w, 2) } };
    const sources = new Map([["w", await fileOf(stored)]]);
    const large = createOrtRuntime({ provider: "webgpu", copiedBytes: 0 });
    const alone = await run(graph.outputs, { runtime: large, parameters: sources });
    const { device } = large;
    if (device === undefined) throw new Error("no memory of its own");
    using weights = await device.load(parametersOf(graph), sources);
    await using compiled = await device.compile(graph, { stays: new Set(), weights });
    for (const { y, z } of [alone, (await compiled.run({})).results]) {
      expect(Array.from(y?.data ?? [], Number)).toEqual(expected);
      expect(Array.from(z?.data ?? [], Number)).toEqual(expected.map((value) => 2 * value));
    }
  },
);

it("keeps what is no number", () => {
  const bytes = Uint8Array.of(0x7f, 0xff);
  expect(widenStored({ dtype: "float8_e4m3", bytes })).toEqual(
    Float32Array.of(Number.NaN, Number.NaN),
  );
});

/** Any bytes are weights, and float16 below 2⁻⁴ with either sign are scales. */
function randomStored(dtype: StoredDType, elements: number, seed: number): Stored {
  const random = createTorchGenerator(seed);
  const bytesOf = (count: number) =>
    Uint8Array.from(random.rand(count), (share) => Math.floor(share * 256));
  if (dtype === "float8_e4m3") {
    return { dtype, bytes: bytesOf(elements).map((code) => ((code & 127) % 0x50) | (code & 128)) };
  }
  const scales = Uint16Array.from(random.rand(elements / 32), (share) => {
    const code = Math.floor(share * 0x5800);
    return code < 0x2c00 ? code : 0x8000 | (code - 0x2c00);
  });
  return { dtype, bytes: bytesOf(dtype === "int4" ? elements / 2 : elements), scales };
}

describe.each(["float8_e4m3", "int8", "int4"] as const)("weights in %s", (dtype) => {
  it("give results and gradients the bits of widened ones", async () => {
    const shapes = { dense: [48, 64], table: [64, 32], kernel: [6, 32, 3, 3] };
    const x = input("x", [5, 64]);
    const pixels = input("pixels", [2, 32, 6, 6]);
    const [dense, table] = [parameter("dense", shapes.dense), parameter("table", shapes.table)];
    const hidden = checkpoint((value) => tanh(linear(value, dense)), [x]);
    const products = matmul(tanh(matmul(x, table)), parameter("turned", [48, 32]), {
      transposeB: true,
    });
    const mapped = conv2d(pixels, parameter("kernel", shapes.kernel), undefined, { padding: 1 });
    const loss = add(sumSquares(add(hidden, products)), sumSquares(mapped));
    const [dx = loss, dPixels = loss] = gradients(loss, [x, pixels]);
    const outputs = { loss, hidden, mapped, dx, dPixels };

    const stored = new Map<string, ParameterSource>();
    const widened = new Map<string, ParameterSource>();
    const all = { ...shapes, turned: [48, 32] };
    for (const [seed, [name, shape]] of Object.entries(all).entries()) {
      const weight = randomStored(
        dtype,
        shape.reduce((product, extent) => product * extent, 1),
        seed,
      );
      stored.set(name, await fileOf(weight));
      widened.set(name, floatTensor(widenStored(weight) ?? [], shape));
    }
    const random = createTorchGenerator(9);
    const values = {
      x: floatTensor(random.randn(320), [5, 64]),
      pixels: floatTensor(random.randn(2304), [2, 32, 6, 6]),
    };
    for (const [, runtime] of ways) {
      const expected = await run(outputs, { runtime, parameters: widened, values });
      expect(await run(outputs, { runtime, parameters: stored, values })).toEqual(expected);
      expect(Number(expected["loss"]?.data[0])).toBeGreaterThan(0);
    }
  });
});

it("refuses what does not fit", async () => {
  const place = await fileOf(randomStored("int4", 128, 1));
  const { scales } = place;
  const tried = (source: FileTensor, shape: readonly number[]) => {
    const w = parameter("w", shape);
    const runs = ways.map(async ([, runtime]) => {
      const running = { runtime, parameters: new Map([["w", source]]) };
      return run({ y: mul(w, w) }, running).then(() => "ran", String);
    });
    return Promise.all(runs);
  };
  const both = (sentence: string) => {
    const told: unknown = expect.stringContaining(sentence);
    return [told, told];
  };
  expect(await tried(place, [4, 64])).toEqual(
    both("expected 128 bytes for w int4[4, 64], got 64."),
  );
  expect(await tried(place, [8, 16])).toEqual(
    both("expected rows of whole blocks of 32 with scales for w, got int4[8, 16] with rows of 16."),
  );
  const { scales: _, ...bare } = place;
  expect(await tried(bare, [2, 64])).toEqual(both("got int4[2, 64] without scales."));
  const short = scales && { ...scales, byteLength: 6 };
  expect(await tried({ ...place, ...(short ? { scales: short } : {}) }, [2, 64])).toEqual(
    both("expected 8 bytes for the scales of w float16[2, 2], got 6."),
  );
  const far = scales && { ...scales, byteOffset: scales.byteOffset + 4 };
  const [mappedError] = await tried({ ...place, ...(far ? { scales: far } : {}) }, [2, 64]);
  expect(mappedError).toContain("The file was cut short; copy or download it again.");
});
