/** @file First values, singular values and max-norm scaling, against PEFT, numpy and kohya's formula. */

import { readFile } from "node:fs/promises";
import { createTorchGenerator, type FloatTensor, floatTensor, sizeOf } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, describe, expect, it } from "vitest";
import { mapParts, type PartName, partEntries, partOf } from "../core/adapter-parts.js";
import { adaptableLayers } from "../families/layers.js";
import { componentOf, configsOf } from "../families/model-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { fixture, tinyCheckpoint } from "../testing/fixtures.js";
import { initialLora } from "./lora-initial.js";
import { loraParameterNames } from "./lora-overlay.js";
import { type LoraSlotsOptions, loraSlots } from "./lora-slots.js";
import { createNormLimit } from "./max-norm.js";
import type { AdapterInit } from "./methods/adapter-method.js";
import { pissaStart } from "./pissa.js";
import { product, truncatedSvd } from "./svd.js";

/** Shape, sum of absolute values, first and last value. */
type Summary = readonly [readonly number[], number, number, number];
type Parts = Readonly<Partial<Record<PartName | "product", Summary>>>;

interface Numbers extends Readonly<Record<string, unknown>> {
  readonly svd: readonly {
    readonly rows: number;
    readonly columns: number;
    readonly rank: number;
    readonly decay: number;
    readonly values: readonly number[];
    readonly nearest: Summary;
  }[];
  readonly "max-norm": readonly {
    readonly alpha: number;
    readonly limit: number;
    readonly down: Summary;
    readonly up: Summary;
  }[];
}

// Made by test/parity/make-adapter-init.py in this form; another one only fails tests.
const numbers = JSON.parse(
  await readFile(fixture("training/adapter-init.json"), "utf8"),
) as Numbers;

function expectSummary(
  data: ArrayLike<number>,
  [shape, sum, first, last]: Summary,
  { name, tolerance }: { readonly name: string; readonly tolerance: number },
): void {
  const values = Array.from(data);
  expect(values.length, name).toBe(sizeOf(shape));
  const own = values.reduce((total, value) => total + Math.abs(value), 0);
  expect(Math.abs(own - sum), name).toBeLessThanOrEqual(tolerance * Math.max(1, sum));
  expect(Math.abs((values[0] ?? 9e9) - first), name).toBeLessThanOrEqual(tolerance);
  expect(Math.abs((values.at(-1) ?? 9e9) - last), name).toBeLessThanOrEqual(tolerance);
}

const checkpoint = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
afterAll(() => checkpoint.close());
const allLayers = adaptableLayers(checkpoint.family, configsOf(checkpoint));
const weightOf = ({ module, weightShape }: { module: string; weightShape: readonly number[] }) =>
  componentOf(checkpoint, "unet")
    .weights.readFloat32(`${module.replace("unet.", "")}.weight`)
    .then(({ data }) => floatTensor(data, weightShape));

/** Slots of the layers that a reference names. */
function slotsOf(name: string, options: Omit<LoraSlotsOptions, "layers">) {
  const reference = numbers[name] as Readonly<Record<string, Parts>>; // As the file's maker wrote it.
  const layers = Object.keys(reference).map((path) => {
    const layer = allLayers.get(`unet.${path}`);
    if (layer === undefined) throw new Error(`no layer ${path}`);
    return layer;
  });
  return { reference, slots: loraSlots({ ...options, layers: new Map([["unet", layers]]) }) };
}

describe("initialLora", () => {
  const cases: readonly (readonly [
    string,
    AdapterInit | undefined,
    Omit<LoraSlotsOptions, "layers">,
  ])[] = [
    ["dora", undefined, { method: "dora", rank: 3, alpha: 3 }],
    ["loha", undefined, { method: "loha", rank: 3, alpha: 3 }],
    ["lokr", undefined, { method: "lokr", rank: 3, alpha: 3 }],
    ["lokr-lycoris", "lycoris", { method: "lokr", rank: 3, alpha: 3 }],
    [
      "lokr-both",
      undefined,
      { method: "lokr", rank: 1, alpha: 1, factor: 4, decomposesBoth: true },
    ],
  ];

  it.each(cases)("draws %s as PEFT does, part by part", async (name, init, options) => {
    const { reference, slots } = slotsOf(name, options);
    const values = await initialLora(slots, { init, seed: 7, weightOf });
    expect(values.size).toBe(Object.keys(reference).length);
    for (const [path, parts] of Object.entries(reference)) {
      const own = values.get(`unet.${path}`) ?? {};
      expect(
        partEntries(own)
          .map(([part]) => part)
          .sort(),
      ).toEqual(Object.keys(parts).sort());
      for (const [part, { data }] of partEntries(own)) {
        const expected = parts[part] ?? [[], 0, 0, 0];
        expectSummary(data, expected, { name: `${path} ${part}`, tolerance: 1e-6 });
      }
    }
  });
});

describe("pissaStart", () => {
  it("splits every weight as PEFT does", async () => {
    const { reference, slots } = slotsOf("pissa", { rank: 3, alpha: 6 });
    for (const slot of slots) {
      const { down, up, residual } = pissaStart(slot, await weightOf(slot));
      const rows = up.shape[0] ?? 0;
      const change = product(
        { rows, columns: 3, data: Float64Array.from(up.data) },
        { rows: 3, columns: down.data.length / 3, data: Float64Array.from(down.data) },
      ).data;
      const expected = reference[slot.module.replace("unet.", "")]?.product ?? [[], 0, 0, 0];
      expectSummary(change, expected, { name: slot.module, tolerance: 2e-6 });
      const { data } = await weightOf(slot);
      const whole = residual.data.map((value, i) => value + 2 * (change[i] ?? 0));
      expect(Math.max(...whole.map((value, i) => Math.abs(value - (data[i] ?? 9))))).toBeLessThan(
        1e-6,
      );
    }
  });
});

describe("truncatedSvd", () => {
  it.each(numbers.svd)("finds the values that numpy finds: %o", (expected) => {
    const { rows, columns, rank, decay, values, nearest } = expected;
    const normal = createTorchGenerator(rows).randn(rows * columns);
    const data = Float64Array.from(normal, (value, i) =>
      Math.fround(value * Math.fround(decay ** (i % columns))),
    );
    const { u, s, v } = truncatedSvd({ rows, columns, data }, rank);
    expect(s.length).toBe(values.length);
    for (const [i, value] of values.entries()) {
      expect(Math.abs((s[i] ?? 0) - value)).toBeLessThan(1e-6 * (values[0] ?? 1));
    }
    const scaled = u.data.map((value, i) => value * (s[i % u.columns] ?? 0));
    const turned = Float64Array.from(
      { length: v.data.length },
      (_, i) => v.data[(i % columns) * v.columns + Math.floor(i / columns)] ?? 0,
    );
    const own = product({ ...u, data: scaled }, { rows: v.columns, columns, data: turned });
    expectSummary(own.data, nearest, { name: `${rows} by ${columns}`, tolerance: 1e-5 });
  });

  it("gives zeros for directions that a matrix does not have", () => {
    const data = Float64Array.from(
      { length: 12 },
      (_, i) => (Math.floor(i / 4) + 1) * ((i % 4) + 1),
    );
    const { s } = truncatedSvd({ rows: 3, columns: 4, data }, 3);
    expect(s[0]).toBeCloseTo(Math.sqrt(14 * 30), 10);
    expect(Math.max(s[1] ?? 1, s[2] ?? 1)).toBeLessThan(1e-7);
    expect(truncatedSvd({ rows: 2, columns: 2, data: new Float64Array(4) }, 2).s).toEqual(
      new Float64Array(2),
    );
  });
});

describe("createNormLimit", () => {
  it.each(numbers["max-norm"])("scales factors as kohya does: %o", async (expected) => {
    const { alpha, limit, down, up } = expected;
    const drawn = (seed: number, [shape]: Summary): FloatTensor =>
      floatTensor(createTorchGenerator(seed).randn(sizeOf(shape)), shape);
    const [out = 0] = up[0];
    const layer = {
      path: "layer",
      kind: down[0].length === 2 ? ("linear" as const) : ("conv2d" as const),
      weightShape: [out, ...down[0].slice(1)],
    };
    const slots = loraSlots({ layers: new Map([["unet", [layer]]]), rank: down[0][0] ?? 1, alpha });
    const names = loraParameterNames("unet.layer", "lora");
    const values = { down: drawn(1, down), up: drawn(2, up) };
    await using scaling = await createNormLimit(createOrtRuntime({ threads: 1 }), slots, limit);
    const named = mapParts(values, (tensor, part) => [partOf(names, part), tensor] as const);
    const scaled = await scaling.apply(new Map(partEntries(named).map(([, entry]) => entry)));
    for (const part of ["down", "up"] as const) {
      const own = scaled.get(partOf(names, part))?.data ?? [];
      expectSummary(own, expected[part], { name: part, tolerance: 1e-6 });
      if (limit > 100) expect(own).toEqual(values[part].data);
    }
  });
});
