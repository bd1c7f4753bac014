/** @file Flags made from the schema of the training config. */

import { trainConfigFields } from "@atelier/diffusion/train";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addConfigFlags, configFlags, valuesOfFlags } from "./config-flags.js";
import { messagesFor } from "./messages/messages.js";
import { runCli } from "./testing/run-cli.js";

const text = await messagesFor({});

describe("configFlags", () => {
  const byPath = new Map(configFlags().map(({ field, name }) => [field.path, name]));

  it("gives every field of the schema its own flag", () => {
    expect(byPath.size).toBe(trainConfigFields().length);
    expect(new Set(byPath.values()).size).toBe(byPath.size);
  });

  it.each([
    ["learningRate", "--learning-rate"],
    ["steps", "--steps"],
    ["lora.rank", "--rank"],
    ["data.prompt", "--prompt"],
    ["base.path", "--base"],
    ["output.folder", "--output"],
    ["optimizer.name", "--optimizer"],
    ["samples.steps", "--samples-steps"],
    ["textEncoder.train", "--text-encoder-train"],
    ["textEncoder.learningRate", "--text-encoder-learning-rate"],
    ["device.backend", "--backend"],
  ])("calls %s %s", (path, flag) => {
    expect(byPath.get(path)).toBe(flag);
  });

  it("refuses two fields with one flag", () => {
    const field = { path: "x.name", kind: "text", description: "", isRequired: false } as const;
    expect(() => configFlags([field, { ...field, path: "x.path" }])).toThrow("--x means");
  });

  it("reads numbers, lists and both forms of a boolean, and nothing that was not given", () => {
    const command = addConfigFlags(new Command(), text);
    command.parse(
      [
        ...["--rank", "8", "--learning-rate", "1e-3", "--no-flip", "--offline"],
        ...["--batch-parts", "2"],
        ...["--targets", "attention", "--targets", "mid_block.*", "--name", "8"],
      ],
      { from: "user" },
    );
    expect(Object.fromEntries(valuesOfFlags(command))).toEqual({
      "lora.rank": 8,
      learningRate: 1e-3,
      batchParts: 2,
      "data.flip": false,
      "base.offline": true,
      "lora.targets": ["attention", "mid_block.*"],
      name: "8",
    });
  });

  it("lists every flag in the whole help of train, in groups, with the field it sets", async () => {
    const { code, stdout } = await runCli(["train", "--help-all"]);
    expect(code).toBe(0);
    const words = stdout.replace(/\s+/g, " ");
    for (const [path, flag] of byPath) {
      if (path === "version") continue;
      expect(words).toContain(` ${flag} `);
      expect(words).toContain(`[${path}]`);
    }
    for (const heading of Object.values(text.flagGroups)) {
      if (heading !== text.flagGroups.tuning) expect(stdout).toContain(`\n${heading}\n`);
    }
    expect(stdout).not.toContain("--no-flip");
  });

  it.each(["train", "lora", "dreambooth", "textual-inversion", "finetune"])(
    "lists what most runs set in the help of %s, and where the rest is",
    async (name) => {
      const { stdout } = await runCli([name, "--help"]);
      const flags = stdout.match(/^ {2}--?[a-z-]+/gm) ?? [];
      expect(flags.length).toBeGreaterThanOrEqual(10);
      expect(flags.length).toBeLessThanOrEqual(25);
      for (const flag of ["--base", "--steps", "--learning-rate", "--help-all"]) {
        expect(flags.map((each) => each.trim())).toContain(flag);
      }
    },
  );
});
