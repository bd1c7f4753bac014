import { trainConfigFields } from "@atelier/diffusion";
import { describe, expect, it } from "vitest";
import { configFlags } from "./config-flags.js";
import { runCli } from "./testing/run-cli.js";

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
    ["lora.textEncoder.train", "--text-encoder-train"],
    ["lora.textEncoder.learningRate", "--text-encoder-learning-rate"],
    ["device.backend", "--backend"],
  ])("calls %s %s", (path, flag) => {
    expect(byPath.get(path)).toBe(flag);
  });

  it("refuses two fields with one flag", () => {
    const field = { path: "x.name", kind: "text", description: "", isRequired: false } as const;
    expect(() => configFlags([field, { ...field, path: "x.path" }])).toThrow("--x means");
  });

  it("lists every flag in the help of train, with the field it sets", async () => {
    const { stdout } = await runCli(["train", "--help"]);
    const words = stdout.replace(/\s+/g, " ");
    for (const [path, flag] of byPath) {
      if (path === "version") continue;
      expect(words).toContain(` ${flag} `);
      expect(words).toContain(`[${path}]`);
    }
  });
});
