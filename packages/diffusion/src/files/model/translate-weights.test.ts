/** @file Tensors that are parts of others in a file, or have their halves exchanged there: written, read, mapped. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FloatTensor, Shape } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, describe, expect, it } from "vitest";
import type { Weights } from "../../core/weights.js";
import { createKeyTable, type KeyTable } from "../../families/keys/key-rules.js";
import { fluxRules, mmditRules } from "../../families/keys/transformer-rules.js";
import { readFluxConfig } from "../../models/flux/config.js";
import { readMmditConfig } from "../../models/mmdit/config.js";
import { transformerFixture } from "../../testing/transformer-fixture.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../safetensors/write-safetensors.js";
import { renamedSources } from "./tensor-sources.js";
import { translateWeights } from "./translate-weights.js";

const scratch = mkdtempSync(join(tmpdir(), "atelier-translate-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Tensors in memory. */
function weightsOf(tensors: ReadonlyMap<string, FloatTensor>): Weights {
  const entries = [...tensors].map(([name, { shape }]) => {
    const place = { dtype: "F32", file: "", byteOffset: 0, byteLength: 0 } as const;
    return [name, { ...place, shape, storedName: name }] as const;
  });
  const read = async (name: string): Promise<FloatTensor> => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`no tensor ${name}`);
    return tensor;
  };
  return { entries: new Map(entries), read, readFloat32: read };
}

async function writeRenamed(name: string, table: KeyTable, fixture: string): Promise<string> {
  const { weights } = await transformerFixture(fixture);
  const { sources, unnamed } = renamedSources(weightsOf(weights), table);
  expect(unnamed).toEqual([]);
  const path = join(scratch, `${name}.safetensors`);
  await writeSafetensors(nodeFiles, path, sources);
  return path;
}

const cases = [
  ["SD 3.5", "sd35_odd_tiny", (json: unknown) => mmditRules(readMmditConfig(json))],
  ["FLUX.1", "flux_dev_odd_tiny", (json: unknown) => fluxRules(readFluxConfig(json))],
] as const;

describe("translateWeights", () => {
  it.each(cases)(
    "reads a file under original names as it was written: %s",
    async (name, fixture, rules) => {
      const { weights: expected, config } = await transformerFixture(fixture);
      const table = createKeyTable(rules(config));
      const path = await writeRenamed(name, table, fixture);
      const file = await openSafetensors(nodeFiles, path);
      const { weights, leftOver } = translateWeights(file, file.entries.keys(), table);
      expect(leftOver).toEqual([]);
      expect(weights.entries.size).toBe(expected.size);
      expect(file.entries.size).toBeLessThan(expected.size);
      const bytes = readFileSync(path);
      for (const [key, tensor] of expected) {
        expect(await weights.readFloat32(key), key).toEqual(tensor);
        expect(await weights.read(key), key).toEqual(tensor);
        const { byteOffset, byteLength, transform } = weights.entries.get(key) ?? {
          byteOffset: 0,
          byteLength: 0,
        };
        // What needs no copy lies in the file as it is.
        if (transform !== undefined) continue;
        const { data } = tensor;
        const stored = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
        expect(bytes.subarray(byteOffset, byteOffset + byteLength).equals(stored), key).toBe(true);
      }
      await file.close();
    },
  );

  it("exchanges the halves of what shifts before it scales", async () => {
    const [, fixture, rules] = cases[0];
    const { weights, config } = await transformerFixture(fixture);
    const path = await writeRenamed("halves", createKeyTable(rules(config)), fixture);
    const file = await openSafetensors(nodeFiles, path);
    const { data } = await file.readFloat32("final_layer.adaLN_modulation.1.bias");
    await file.close();
    const own = weights.get("norm_out.linear.bias")?.data ?? new Float32Array();
    const half = own.length / 2;
    expect([...data]).toEqual([...own.subarray(half), ...own.subarray(0, half)]);
  });

  it.each<[string, string, Shape, string]>([
    ["a fused tensor", "double_blocks.0.img_attn.qkv.weight", [8, 2], "parts as 1 : 1 : 1"],
    ["one with a feed-forward", "single_blocks.0.linear1.bias", [12], "parts as 1 : 1 : 1 : 4"],
    ["exchanged halves", "final_layer.adaLN_modulation.1.bias", [5], "of two equal parts"],
  ])("refuses %s that cannot be divided", async (_, name, shape, problem) => {
    const path = join(scratch, "misfit.safetensors");
    const data = new Float32Array(shape.reduce((size, extent) => size * extent, 1));
    await writeSafetensors(nodeFiles, path, [
      tensorSource(name, { dtype: "float32", shape, data }),
    ]);
    const file = await openSafetensors(nodeFiles, path);
    const table = createKeyTable(fluxRules(readFluxConfig({})));
    expect(() => translateWeights(file, file.entries.keys(), table)).toThrow(problem);
    await file.close();
  });
});
