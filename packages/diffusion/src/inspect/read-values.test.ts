/** @file What an inspection tells where it looks at headers alone: all but what only the numbers themselves say. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tensorSource, writeSafetensors } from "../files/safetensors/write-safetensors.js";
import { inspectPath } from "./inspect-path.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-values-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("an inspection without values", () => {
  it("tells of an adapter what its header says, and nothing of numbers that are none", async () => {
    const path = join(folder, "adapter.safetensors");
    const module = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k";
    const tensor = (rows: number, columns: number, value: number) => ({
      ...({ dtype: "float32", shape: [rows, columns] } as const),
      data: new Float32Array(rows * columns).fill(value),
    });
    await writeSafetensors(nodeFiles, path, [
      tensorSource(`${module}.lora_down.weight`, tensor(4, 768, Number.NaN)),
      tensorSource(`${module}.lora_up.weight`, tensor(320, 4, 1)),
    ]);
    const whole = await inspectPath(nodeFiles, path);
    expect(whole.problems.map(({ code }) => code)).toEqual(["not-finite", "no-alpha"]);
    const quick = await inspectPath(nodeFiles, path, { readsValues: false });
    expect(quick).toEqual({ ...whole, problems: [] });
  });
});
