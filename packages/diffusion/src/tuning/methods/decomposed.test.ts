/** @file Magnitudes on every method, per output and per input, against merged weights in double precision. */

import {
  createWeights,
  type FloatTensor,
  floatTensor,
  input,
  nn,
  parameter,
  type Shape,
} from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, describe, expect, it } from "vitest";
import { interpret } from "../../../../engine/src/testing/interpret.js";
import {
  type MethodName,
  mapParts,
  type PartName,
  type Parts,
  partEntries,
  partOf,
} from "../../core/adapter-parts.js";
import { makeLoraModule } from "../../core/lora-weights.js";
import { magnitudeShape } from "../../files/adapter/shape-for-layer.js";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { mergeAdapters } from "../../pipeline/merge-adapters.js";
import { fixture } from "../../testing/fixtures.js";
import { loraOverlays, loraParameterNames } from "../lora-overlay.js";
import { adapterMethods } from "./methods.js";

// Made by test/parity/make-decomposed-fixture.py.
const file = await openSafetensors(nodeFiles, fixture("lora", "decomposed.safetensors"));
afterAll(() => file.close());
const scale = 3 / 2;

const keys: Readonly<Record<string, Parts<string>>> = {
  lora: { down: "lora_down.weight", up: "lora_up.weight" },
  loha: { w1_a: "hada_w1_a", w1_b: "hada_w1_b", w2_a: "hada_w2_a", w2_b: "hada_w2_b" },
  lokr: { w1: "lokr_w1", w2_a: "lokr_w2_a", w2_b: "lokr_w2_b" },
};
const cases = ["linear", "conv"].flatMap((layer) =>
  Object.keys(keys).flatMap((factors) =>
    ["per-output", "per-input"].map((direction) => ({ layer, factors, direction })),
  ),
);

async function read({ layer, factors, direction }: (typeof cases)[number]) {
  const entries: [PartName, FloatTensor][] = [];
  for (const [part, key] of partEntries(keys[factors] ?? {})) {
    entries.push([part, await file.readFloat32(`${layer}.${key}`)]);
  }
  const key = `${layer}.${direction}.dora_scale`;
  const { data, shape } = await file.readFloat32(key);
  entries.push(["magnitude", floatTensor(data, magnitudeShape(shape, key))]);
  // The names in the table above.
  const method = (factors === "lora" ? "dora" : factors) as MethodName;
  return {
    method,
    parts: Object.fromEntries(entries) as Parts<FloatTensor>, // Pairs of parts and tensors.
    weight: await file.readFloat32(`${layer}.weight`),
    expected: (await file.readFloat32(`${layer}.${factors}.${direction}`)).data,
  };
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 9e9))), 0);

describe("magnitudes", () => {
  it.each(cases)(
    "of $factors on a $layer layer, $direction, merge as the formula says",
    async (one) => {
      const { method, parts, weight, expected } = await read(one);
      const path = "unet.layer";
      const module = makeLoraModule(path, { method, parts, alpha: 3, rank: 2 });
      const kind = weight.shape.length === 2 ? ("linear" as const) : ("conv2d" as const);
      const layers = new Map([[path, { path: "layer", kind, weightShape: weight.shape }]]);
      const adapter = {
        name: "a",
        weights: { modules: new Map([[path, module]]), metadata: new Map<string, string>() },
      };
      const target = {
        runtime: createOrtRuntime({ threads: 1 }),
        base: { family: { id: "sd1" as const }, layers },
        weightOf: () => Promise.resolve(weight),
      };
      let merged: FloatTensor | undefined;
      for await (const result of mergeAdapters([adapter], target)) merged = result.weight;
      expect(largest(merged?.data ?? [], expected)).toBeLessThan(2e-6);
    },
  );

  it.each(cases)(
    "of $factors on a $layer layer, $direction, do in a graph what the merged weight does",
    async (one) => {
      const { method, parts, weight } = await read(one);
      const shapes = mapParts(parts, ({ shape }) => shape);
      const isLinear = weight.shape.length === 2;
      const [out = 0, inner = 0] = weight.shape;
      const x = input("x", isLinear ? [3, inner] : [2, inner, 4, 4]);
      const names = loraParameterNames("unet.layer", method, "a");
      const sources: Record<string, Float64Array> = {
        x: Float64Array.from({ length: x.shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
        "layer.weight": Float64Array.from(weight.data),
      };
      for (const [part, { data }] of partEntries(parts)) {
        sources[partOf(names, part)] = Float64Array.from(data);
      }
      const layerOf = (options: Parameters<typeof createWeights>[0]) => {
        const weights = createWeights(options).scope("layer");
        return isLinear
          ? nn.linear(weights, x, out, { bias: false })
          : nn.conv(weights, x, out, { kernel: 3, padding: 1, bias: false });
      };
      for (const strength of [1, 0.75, -0.5]) {
        const layers = new Map([["layer", { method, shapes, scale, strength }]]);
        const overlay = loraOverlays([{ layers, component: "unet", adapter: "a" }]);
        const nodes = mapParts(shapes, (shape: Shape, part) =>
          parameter(partOf(names, part), shape),
        );
        const merged = adapterMethods[method].merged(
          parameter("layer.weight", weight.shape),
          nodes,
          {
            scale,
            strength,
          },
        );
        const provide = (name: string) => (name === "layer.weight" ? merged : undefined);
        const [applied = [], whole = []] = [layerOf({ overlay }), layerOf({ provide })].map(
          (node) => interpret({ outputs: { node } }, sources)["node"],
        );
        expect(largest(applied, whole)).toBeLessThan(1e-12);
      }
    },
  );
});
