/** @file Adapters on a pipeline: what fits, what is refused, what several add up to. */

import { floatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { type LoraModule, makeLoraModule } from "../core/lora-weights.js";
import { adaptableLayers } from "../families/layers.js";
import { configsOf } from "../families/model-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { fixture, tinyCheckpoint } from "../testing/fixtures.js";
import { type Adapter, type AdapterBase, applyAdapters, requireAdapters } from "./adapters.js";
import { mergeAdapters } from "./merge-adapters.js";
import { readAdapter } from "./read-adapter.js";

async function baseOf(name: string): Promise<AdapterBase> {
  const checkpoint = await openModelFiles(nodeFiles, tinyCheckpoint(name));
  const { family } = checkpoint;
  await checkpoint.close();
  return { family, layers: adaptableLayers(family, configsOf(checkpoint)) };
}
const base = await baseOf("tiny-sd1");

const attention = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";

function adapterOf(shapes: Record<string, readonly [down: number[], up: number[]]>): Adapter {
  const zeros = (shape: number[]) =>
    floatTensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
  const modules = Object.entries(shapes).map(
    ([path, [down, up]]) =>
      [
        path,
        makeLoraModule(path, {
          method: "lora",
          parts: { down: zeros(down), up: zeros(up) },
          alpha: 2,
        }),
      ] as const,
  );
  return { name: "style", weights: { modules: new Map(modules), metadata: new Map() } };
}

describe("requireAdapters", () => {
  it("accepts linear layers and convolutions of both models", () => {
    const adapter = adapterOf({
      [attention]: [
        [2, 16],
        [16, 2],
      ],
      "unet.conv_in": [
        [3, 4, 3, 3],
        [8, 3, 1, 1],
      ],
      "text_encoder.text_model.encoder.layers.0.mlp.fc2": [
        [1, 32],
        [16, 1],
      ],
    });
    expect(() => requireAdapters([adapter], base)).not.toThrow();
  });

  it("names modules that the model lacks or that have another shape, and what fits", () => {
    const adapter = adapterOf({
      [attention]: [
        [2, 24],
        [24, 2],
      ],
      "unet.nowhere": [
        [2, 4],
        [4, 2],
      ],
    });
    expect(() => requireAdapters([adapter], base)).toThrow(
      `adapter style: expected factors for the layers of this sd1 model, got 2 modules that do not fit:
  ${attention}: [2, 16] and [16, 2], got [2, 24] and [24, 2]
  unet.nowhere: the model has no such layer
Use an adapter that was trained on sd1.`,
    );
  });

  it("refuses a strength that is no number", () => {
    expect(() => requireAdapters([{ ...adapterOf({}), strength: Number.NaN }], base)).toThrow(
      /expected a finite strength, got NaN/,
    );
  });
});

describe("applyAdapters", () => {
  const small = adapterOf({
    [attention]: [
      [2, 16],
      [16, 2],
    ],
  });

  it("needs another graph for another strength and order, not for other factors", () => {
    const { key } = applyAdapters([small], "unet");
    const retrained = adapterOf({
      [attention]: [
        [2, 16],
        [16, 2],
      ],
    });
    expect(applyAdapters([retrained], "unet").key).toBe(key);
    expect(applyAdapters([{ ...small, strength: 0.5 }], "unet").key).not.toBe(key);
    expect(applyAdapters([small, small], "unet").key).not.toBe(key);
  });

  it("changes nothing in a component that the adapter leaves alone, or with strength 0", () => {
    expect(applyAdapters([small], "text_encoder")).toMatchObject({ key: "", values: {} });
    expect(applyAdapters([{ ...small, strength: 0 }], "unet")).toMatchObject({ key: "" });
    expect(Object.keys(applyAdapters([small], "unet").values)).toEqual([
      `adapter-0:${attention}.lora_A.weight`,
      `adapter-0:${attention}.lora_B.weight`,
    ]);
  });
});

describe("mergeAdapters", () => {
  const down = floatTensor([1, 2, 3, 4], [1, 4]);
  const up = floatTensor([1, 0, -1], [3, 1]);
  const layer = { path: "layer", kind: "linear" as const, weightShape: [3, 4] };
  const target = {
    runtime: createOrtRuntime({ threads: 1 }),
    base: { family: { id: "sd1" as const }, layers: new Map([["unet.layer", layer]]) },
    weightOf: async () => floatTensor([2, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 1], [3, 4]),
  };
  const adapterWith = (parts: LoraModule["parts"], strength: number): Adapter => {
    const method = parts.magnitude === undefined ? "lora" : "dora";
    const module = makeLoraModule("layer", { method, parts, alpha: 2 });
    return {
      name: "a",
      strength,
      weights: { modules: new Map([["unet.layer", module]]), metadata: new Map() },
    };
  };
  const merged = async (...adapters: Adapter[]) => {
    const all: number[][] = [];
    for await (const { weight } of mergeAdapters(adapters, target)) all.push([...weight.data]);
    expect(all).toHaveLength(1);
    return all[0] ?? [];
  };

  it("adds the changes of several adapters, each times its strength", async () => {
    const half = adapterWith({ down, up }, 0.5);
    expect(await merged(half)).toEqual([3, 2, 3, 4, 0, 3, 4, 0, -1, -2, -3, -3]);
    expect(await merged(half, adapterWith({ down, up }, -0.5))).toEqual([
      ...[2, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 1],
    ]);
    expect(await merged(adapterWith({ down, up }, 0))).toEqual([
      2, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 1,
    ]);
  });

  it("gives rows of a DoRA the lengths of its magnitude", async () => {
    const magnitude = floatTensor([1, 10, 1], [3]);
    const dora = adapterWith({ down, up: floatTensor([0, 0, 0], [3, 1]), magnitude }, 1);
    const rows = await merged(dora);
    expect(rows.slice(0, 8)).toEqual([1, 0, 0, 0, 0, 6, 8, 0]);
  });
});

describe("readAdapter", () => {
  it("names an adapter after its file", async () => {
    const path = fixture("pipeline/both.safetensors");
    const { adapter, unknownKeys, alphaSources } = await readAdapter(nodeFiles, path, { base });
    expect(adapter).toMatchObject({ name: "both", strength: 1 });
    expect(adapter.weights.modules.get("text_encoder.text_model.encoder.layers.0.mlp.fc1")).toEqual(
      expect.objectContaining({ rank: 2, alpha: 1 }),
    );
    expect(unknownKeys).toEqual([]);
    expect([...alphaSources]).toEqual(["config"]);
  });

  it("refuses an adapter of a larger model and names what does not fit", async () => {
    const path = fixture("lora/lora_kohya.safetensors");
    await expect(readAdapter(nodeFiles, path, { base })).rejects.toThrow(
      /adapter lora_kohya: .* this sd1 model, got 32 modules that do not fit:\n {2}unet\.\S+: \[4, 8\] and \[8, 4\], got \[4, 16\] and \[16, 4\]\n[\s\S]*… and 22 more/,
    );
  });

  it("refuses tensors for layers that the model lacks unless they may be left out", async () => {
    const layers = new Map([...base.layers].filter(([path]) => !path.includes("to_q")));
    const path = fixture("pipeline/attention.safetensors");
    const smaller = { family: base.family, layers };
    await expect(readAdapter(nodeFiles, path, { base: smaller })).rejects.toThrow(
      /got 16 that fit none: unet\.\S+to_q\.lora\S+, .*, …\. .* `ignoreUnknown: true` uses the 24 modules that fit/,
    );
    const left = await readAdapter(nodeFiles, path, { base: smaller, ignoreUnknown: true });
    expect(left.unknownKeys).toHaveLength(16);
  });
});
