/** @file Adapters on a pipeline: what fits, what is refused, what several add up to. */

import { floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../io/checkpoint/open-checkpoint.js";
import { makeLoraModule } from "../io/lora-files/lora-weights.js";
import { describeAdaptableLayers } from "../models/checkpoint-layers.js";
import { fixture, tinyCheckpoint } from "../testing/fixtures.js";
import { type Adapter, type AdapterBase, applyAdapters, requireAdapters } from "./adapters.js";
import { readAdapter } from "./read-adapter.js";

async function baseOf(name: string): Promise<AdapterBase> {
  const checkpoint = await openCheckpoint(nodeFiles, tinyCheckpoint(name));
  const { family, unet, textEncoder } = checkpoint;
  const configs = { unet: unet.config, textEncoder: textEncoder.config };
  await checkpoint.close();
  return { family, layers: describeAdaptableLayers(configs) };
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
      /got 16 that fit none: unet\.\S+to_q\.lora\S+, .*, …\. .* pass ignoreUnknown to use the 24 modules that fit/,
    );
    const left = await readAdapter(nodeFiles, path, { base: smaller, ignoreUnknown: true });
    expect(left.unknownKeys).toHaveLength(16);
  });
});
