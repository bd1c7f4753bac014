/** @file Adapters and words on the embedded base, with a tiny model in its place. */

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trainingConfig, writeChecksums } from "@atelier/base";
import { trainingConfigName } from "@atelier/diffusion/core";
import { architectureMetadata, tensorSource, writeSafetensors } from "@atelier/diffusion/files";
import { readPrompt } from "@atelier/diffusion/pipeline";
import { createTorchGenerator, floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { beforeEach, describe, expect, it } from "vitest";
import { promptNotes } from "./embedded-notes.js";
import { fixture, runCli, temporaryFolder } from "./testing/run-cli.js";

let embedded = "";
beforeEach(async () => {
  embedded = temporaryFolder();
  cpSync(fixture("tiny-checkpoints", "tiny-sd1"), embedded, { recursive: true });
  cpSync(fixture("tokenizer-small"), join(embedded, "tokenizer"), { recursive: true });
  writeFileSync(join(embedded, trainingConfigName), JSON.stringify(trainingConfig));
  await writeChecksums(nodeFiles, embedded);
});

const atelier = (...argv: string[]) => runCli(argv, { env: { ATELIER_EMBEDDED_BASE: embedded } });

const layer = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";

async function lora(
  seed: number,
  { metadata = new Map(), width = 16 }: { metadata?: ReadonlyMap<string, string>; width?: number },
): Promise<string> {
  const path = join(temporaryFolder(), "lora.safetensors");
  const generator = createTorchGenerator(seed);
  const tensors = [
    tensorSource(`${layer}.lora_down.weight`, floatTensor(generator.randn(2 * width), [2, width])),
    tensorSource(`${layer}.lora_up.weight`, floatTensor(generator.randn(width * 2), [width, 2])),
    tensorSource(`${layer}.alpha`, floatTensor([2], [])),
  ];
  await writeSafetensors(nodeFiles, path, tensors, { metadata });
  return path;
}

async function pixels(...adapters: string[]): Promise<string> {
  const out = join(temporaryFolder(), "picture.png");
  const flags = adapters.flatMap((adapter) => ["--adapter", adapter]);
  const settings = ["--prompt", "a cat", "--steps", "2", "--seed", "1", "--out", out];
  const { code, stderr } = await atelier("generate", ...settings, ...flags);
  expect(code, stderr).toBe(0);
  const bytes = readFileSync(out);
  return bytes.subarray(bytes.indexOf("IDAT")).toString("base64");
}

describe("LoRAs for the embedded base", () => {
  it.each([
    ["that say so", architectureMetadata("atelier-embedded")],
    ["that say nothing, but fit it alone", new Map<string, string>()],
  ])(
    "%s are merged among themselves",
    async (_, metadata) => {
      const [first, second] = [await lora(1, { metadata }), await lora(2, { metadata })];
      const out = join(temporaryFolder(), "both.safetensors");
      const { code, stderr } = await atelier("merge", `${first}:0.5`, second, "--out", out);
      expect(code, stderr).toBe(0);
      expect((await pixels(out)) === (await pixels(`${first}:0.5`, second))).toBe(true);
      const [inspection] = (await atelier("inspect", out, "--json")).json();
      expect(inspection).toMatchObject({
        fits: "checkpoints of atelier-embedded, as it says.",
        problems: [],
      });
    },
    60_000,
  );

  it("of an unknown model are merged by its layers, which the message names an option for", async () => {
    const other = await lora(1, { width: 24 });
    const out = join(temporaryFolder(), "out.safetensors");
    const refused = await atelier("merge", other, other, "--out", out);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/whose model its names do not tell\. .* with --layers-of/);
    const own = await lora(1, {});
    const layers = ["--layers-of", fixture("tiny-checkpoints", "tiny-sd1")];
    expect((await atelier("merge", own, own, ...layers, "--out", out)).code).toBe(0);
    const both = await atelier("merge", own, ...layers, "--base", "embedded", "--out", `${out}-2`);
    expect(both.code).toBe(2);
    expect(both.stderr).toContain("Leave one of the two out");
    const misfit = await atelier("merge", other, ...layers, "--out", `${out}-3`);
    expect(misfit.stderr).toMatch(/got 1 modules that do not fit/);
  });
});

describe("a warning of words that the base has never read", () => {
  it("leaves out those that embeddings and adapters bring", () => {
    const known = { adapters: [], embeddings: ["my-cat-500", "<zorbo>"] };
    const notesOf = (prompt: string) => promptNotes([readPrompt(prompt)], known);
    expect(notesOf("a my-cat-500 on a <Zorbo>")).toEqual([]);
    expect(notesOf("a my-cat-500 in Zanzibar")).toEqual([
      { type: "note", code: "unknown-words", params: { words: ["zanzibar"] } },
    ]);
  });
});
