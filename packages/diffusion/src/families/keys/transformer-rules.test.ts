/** @file The original names of transformers' tensors, against diffusers' converters and both ways. */

import { readFileSync } from "node:fs";
import type { Shape } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readFluxConfig } from "../../models/flux/config.js";
import { readMmditConfig } from "../../models/mmdit/config.js";
import { fixture } from "../../testing/fixtures.js";
import { publishedFluxes, publishedMmdits } from "../../testing/published-models.js";
import { referenceShapes } from "../../testing/reference-keys.js";
import { inferFluxConfig, inferMmditConfig } from "./infer-transformer-configs.js";
import { createKeyTable, type KeyMatch, type KeyRule, shareOf } from "./key-rules.js";
import { fluxRules, mmditRules } from "./transformer-rules.js";

/** The tensor of a file and, of a part, its first and last row. */
const source = z.union([z.tuple([z.string()]), z.tuple([z.string(), z.int(), z.int()])]);
const maps = z
  .record(z.string(), z.record(z.string(), source))
  .parse(JSON.parse(readFileSync(fixture("keys", "transformers.json"), "utf8")));

const blocks = { num_layers: 2, num_single_layers: 2 };
const tables: readonly (readonly [name: string, rules: KeyRule[], rowsOfAShare: number])[] = [
  ["sd3", mmditRules(readMmditConfig({ num_layers: 3 })), 4],
  [
    "sd35",
    mmditRules(
      readMmditConfig({ num_layers: 3, dual_attention_layers: [0, 1], qk_norm: "rms_norm" }),
    ),
    4,
  ],
  ["flux-dev", fluxRules(readFluxConfig({ ...blocks, guidance_embeds: true })), 3072],
  ["flux-schnell", fluxRules(readFluxConfig(blocks)), 3072],
];

/** What the converter does, as our tables have it. */
function asSource({ name, change }: KeyMatch, rowsOfAShare: number): z.output<typeof source> {
  if (change === undefined) return [name];
  if (change.kind === "halves") return [name, rowsOfAShare, rowsOfAShare - 1];
  if (change.kind !== "part") throw new Error(`${name}: ${change.kind}`);
  const { before, own } = shareOf(change);
  return [name, before * rowsOfAShare, (before + own) * rowsOfAShare - 1];
}

describe("original names of transformers", () => {
  it.each(tables)("are those that diffusers converts: %s", (name, rules, rowsOfAShare) => {
    const table = createKeyTable(rules);
    const expected = Object.entries(maps[name] ?? {});
    expect(expected.length).toBeGreaterThan(80);
    for (const [model, stored] of expected) {
      const match = table.toFile(model);
      expect(match && asSource(match, rowsOfAShare), model).toEqual(stored);
      expect(table.toModel(stored[0]).map((back) => back.name)).toContain(model);
    }
    // And no other: each name in a file leads to names that the converter makes.
    const known = new Set(expected.map(([model]) => model));
    for (const [, [file]] of expected) {
      for (const { name: model } of table.toModel(file)) expect(known).toContain(model);
    }
  });

  it("do not know names of other models", () => {
    const sd3 = mmditRules(readMmditConfig({ num_layers: 3 }));
    const dev = fluxRules(readFluxConfig(blocks));
    expect(createKeyTable(sd3).toModel("double_blocks.0.img_mod.lin.weight")).toEqual([]);
    expect(createKeyTable(sd3).toModel("joint_blocks.3.x_block.attn.qkv.weight")).toEqual([]);
    expect(createKeyTable(dev).toFile("transformer_blocks.2.attn.to_q.weight")).toBeUndefined();
  });
});

describe("original names of published transformers", { tags: ["shared"] }, () => {
  const { sd3m, sd35m, sd35l } = publishedMmdits;
  const { dev, schnell } = publishedFluxes;

  /** The file's shapes; parts of one tensor are added up. */
  function shapesInFile(name: string, rules: readonly KeyRule[]): Map<string, Shape> {
    const table = createKeyTable(rules);
    const shapes = new Map<string, Shape>();
    for (const [key, shape] of referenceShapes(name)) {
      const file = table.toFile(key)?.name ?? "";
      expect(
        table.toModel(file).map((match) => match.name),
        key,
      ).toContain(key);
      const before = shapes.get(file)?.[0] ?? 0;
      shapes.set(file, [before + (shape[0] ?? 0), ...shape.slice(1)]);
    }
    return shapes;
  }

  it.each([
    ["sd3m_transformer", sd3m],
    ["sd35_medium_transformer", sd35m],
    ["sd35_large_transformer", sd35l],
  ] as const)("cover every tensor of %s, and shapes give back its config", (name, config) => {
    const shapes = shapesInFile(name, mmditRules(config));
    expect(inferMmditConfig({ where: name, shapes })).toEqual(config);
  });

  it.each([
    ["flux_dev_transformer", dev],
    ["flux_schnell_transformer", schnell],
  ] as const)("cover every tensor of %s, and shapes give back its config", (name, config) => {
    const shapes = shapesInFile(name, fluxRules(config));
    expect(shapes.get("single_blocks.37.linear1.weight")).toEqual([21504, 3072]);
    expect(inferFluxConfig({ where: name, shapes })).toEqual(config);
  });
});
