/** @file A scaled adapter does to a weight what the adapter does at that strength. */

import {
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  input,
  sizeOf,
} from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { interpret } from "../../../engine/src/testing/interpret.js";
import { type MethodName, mapParts, type Parts, partEntries } from "../core/adapter-parts.js";
import type { LoraModule } from "../core/lora-weights.js";
import type { AdapterForm } from "./methods/adapter-method.js";
import { adapterMethods } from "./methods/methods.js";
import { scaleAdapter } from "./scale-adapter.js";

const path = "unet.layer";
const weightShapes = { linear: [8, 12], convolution: [8, 4, 3, 3] } as const;
const forms: readonly (readonly [MethodName, AdapterForm])[] = [
  ["lora", { rank: 2 }],
  ["dora", { rank: 2 }],
  ["loha", { rank: 2 }],
  ["lokr", { rank: 1, factor: 2 }],
  ["lokr", { rank: 1, factor: 4, decomposesBoth: true }],
  ["lokr", { rank: 9, factor: 2 }],
];
const cases = forms.flatMap(([method, form]) =>
  (["linear", "convolution"] as const).flatMap((kind) =>
    (["alpha", "factor"] as const).map((by) => ({ method, form, kind, by })),
  ),
);

const generator = createTorchGenerator(5);
const drawn = (shape: readonly number[]): FloatTensor =>
  floatTensor(
    generator.randn(sizeOf(shape)).map((value) => 0.5 * value),
    shape,
  );

/** The weight with an adapter merged into it, in float64. */
function merged(weight: FloatTensor, module: LoraModule, strength: number): Float64Array {
  const { method, parts, alpha, rank } = module;
  const nodes = mapParts(parts, ({ shape }, part) => input(part, shape));
  const node = adapterMethods[method].merged(input("weight", weight.shape), nodes, {
    scale: alpha / rank,
    strength,
  });
  const sources: Record<string, Float64Array> = { weight: Float64Array.from(weight.data) };
  for (const [part, { data }] of partEntries(parts)) sources[part] = Float64Array.from(data);
  return interpret({ outputs: { node } }, sources)["node"] ?? new Float64Array();
}

async function scaled(
  module: LoraModule,
  strength: number,
  { weight, by }: { weight: FloatTensor; by: "alpha" | "factor" },
): Promise<LoraModule> {
  const adapter = { modules: new Map([[path, module]]), metadata: new Map<string, string>() };
  const layers = new Map([[path, { weightShape: weight.shape }]]);
  const options = { layers, weightOf: async () => weight, by };
  return (await scaleAdapter(adapter, strength, options)).modules.get(path) ?? module;
}

describe("scaleAdapter", () => {
  it.each(cases)("$method ($form) on a $kind layer, by $by", async ({ method, form, kind, by }) => {
    const weight = drawn(weightShapes[kind]);
    const shapes = adapterMethods[method].shapes(weight.shape, form);
    const parts: Parts<FloatTensor> = mapParts(shapes, drawn);
    const isScaled = adapterMethods[method].isScaled(shapes);
    const module = { method, parts, rank: form.rank, alpha: (isScaled ? 1.5 : 1) * form.rank };
    for (const strength of [0, 0.6, 1, 1.2]) {
      const own = await scaled(module, strength, { weight, by });
      const [found, expected] = [merged(weight, own, 1), merged(weight, module, strength)];
      expect(found.length).toBe(sizeOf(weight.shape));
      const error = found.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? Number.NaN))),
        0,
      );
      expect(error).toBeLessThan(1e-5);
      if (by === "factor") expect(own.alpha).toBe(module.alpha);
      else if (isScaled && method !== "dora") expect(own.parts).toBe(module.parts);
    }
  });

  it("refuses magnitudes that leave no such form", async () => {
    const weight = drawn([8, 12]);
    const shapes = adapterMethods.dora.shapes(weight.shape, { rank: 2 });
    const parts = { ...mapParts(shapes, drawn), magnitude: drawn([1, 12]) };
    await expect(
      scaled({ method: "dora", parts, rank: 2, alpha: 2 }, 0.5, { weight, by: "alpha" }),
    ).rejects.toThrow(
      "strength: expected an adapter whose change can be scaled within its form, got DoRA per input (unet.layer).",
    );
  });
});
