/** @file The CLIP text encoder: clip skip, pooling, recomputed layers, refusals. */

import { createWeights, type FloatTensor, type GraphNode, input, intTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { fixture as fixturePath } from "../../testing/fixtures.js";
import { readModelFixture } from "../../verify/read-model-fixture.js";
import { readClipTextConfig } from "./config.js";
import { type ClipTextOptions, clipText } from "./model.js";

async function read(name: string) {
  const path = fixturePath(`models/${name}.safetensors`);
  const file = await openSafetensors(nodeFiles, path);
  const fixture = await readModelFixture(file);
  await file.close();
  return fixture;
}

const fixture = await read("clip_l_tiny");
const config = readClipTextConfig(fixture.config);
const build = (options: ClipTextOptions, tokens = 77) =>
  clipText(config, createWeights(), input("input_ids", [2, tokens], "int64"), options);

async function run(out: GraphNode): Promise<Float32Array> {
  const graph = { outputs: { out } };
  await using compiled = await createOrtRuntime().compile(graph, { parameters: fixture.weights });
  const result = (await compiled.run(Object.fromEntries(fixture.inputs)))["out"];
  if (result?.dtype !== "float32") throw new Error("the output is no float32");
  return result.data;
}

function tensor(map: ReadonlyMap<string, FloatTensor>, name: string): Float32Array {
  const found = map.get(name);
  if (found === undefined) throw new Error(`the fixture has no ${name}`);
  return found.data;
}

/** Rows of `x` normalised in float64. */
function layerNormRows(x: Float32Array, scale: Float32Array, shift: Float32Array): number[] {
  const width = scale.length;
  return Array.from(x, (value, i) => {
    const row = x.subarray(i - (i % width), i - (i % width) + width);
    const mean = row.reduce((sum, v) => sum + v, 0) / width;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / width;
    const column = i % width;
    return (
      ((value - mean) / Math.sqrt(variance + 1e-5)) * (scale[column] ?? 0) + (shift[column] ?? 0)
    );
  });
}

describe("clipText", () => {
  it("normalises the penultimate state for a clip skip of 1", async () => {
    const actual = await run(build({ clipSkip: 1 }).promptEmbeds);
    const expected = layerNormRows(
      tensor(fixture.outputs, "penultimate"),
      tensor(fixture.weights, "text_model.final_layer_norm.weight"),
      tensor(fixture.weights, "text_model.final_layer_norm.bias"),
    );
    const errors = expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN)));
    expect(Math.max(...errors)).toBeLessThan(1e-5);
  });

  it("gives the last hidden state without a clip skip", () => {
    const outputs = build({});
    expect(outputs.promptEmbeds).toBe(outputs.lastHiddenState);
    expect(outputs.hiddenStates).toHaveLength(4);
  });

  it("gives the same states when its layers are recomputed", async () => {
    const actual = await run(build({ checkpointBlocks: true }).lastHiddenState);
    expect(actual).toEqual(await run(build({}).lastHiddenState));
  });

  it.each([-1, 0.5, 4])("refuses a clip skip of %s", (clipSkip) => {
    expect(() => build({ clipSkip })).toThrow("expected a whole number from 0 to 3");
  });

  it("refuses more tokens than it has positions for", () => {
    expect(() => build({}, 78)).toThrow(
      "clip inputIds: expected [batch, tokens] with at most 77 tokens, got [2, 78]",
    );
  });

  it("pools at the first end of the caption, or at the largest id under the legacy rule", async () => {
    const eos = { ...config, eosTokenId: 998 };
    const ids = new BigInt64Array(154).fill(5n);
    // The end (998) stands twice, before and after the largest id.
    for (const [position, id] of [
      [3, 998n],
      [7, 999n],
      [9, 998n],
      [77 + 1, 998n],
      [77 + 2, 999n],
    ] as const) {
      ids[position] = id;
    }
    const node = input("input_ids", [2, 77], "int64");
    const outputs = clipText(eos, createWeights(), node);
    const legacy = clipText(config, createWeights(), node);
    const named = {
      states: outputs.lastHiddenState,
      first: outputs.pooledOutput,
    };
    const bind = { parameters: fixture.weights };
    await using a = await createOrtRuntime().compile({ outputs: named }, bind);
    await using b = await createOrtRuntime().compile(
      { outputs: { largest: legacy.pooledOutput } },
      bind,
    );
    const values = { input_ids: intTensor(ids, [2, 77]) };
    const { states, first } = await a.run(values);
    const { largest } = await b.run(values);
    const row = (position: number) =>
      [...(states?.data ?? [])].slice(position * 32, position * 32 + 32);
    expect([...(first?.data ?? [])]).toEqual([...row(3), ...row(77 + 1)]);
    expect([...(largest?.data ?? [])]).toEqual([...row(7), ...row(77 + 2)]);
  });
});
