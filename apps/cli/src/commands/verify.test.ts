/** @file `atelier verify` on fixtures that are right, wrong and broken. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSafetensors, tensorSource, writeSafetensors } from "@atelier/diffusion/files";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

/** A fixture folder with these files of test/fixtures/ under other names. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "models"));
  for (const [name, source] of Object.entries(files)) {
    copyFileSync(fixture(source), join(folder, "models", name));
  }
  return folder;
}

/** Rewrites a fixture with one number of one tensor changed. */
async function alter(path: string, tensorName: string, by: number): Promise<void> {
  const file = await openSafetensors(nodeFiles, path);
  const tensors = [];
  for (const name of file.entries.keys()) {
    const tensor = await file.read(name);
    if (name === tensorName && tensor.dtype === "float32") {
      tensor.data[3] = (tensor.data[3] ?? 0) + by;
    }
    tensors.push(tensorSource(name, tensor));
  }
  await file.close();
  await writeSafetensors(nodeFiles, path, tensors, { metadata: file.metadata });
}

describe("atelier verify", () => {
  it("knows fixtures by what they hold, whatever their names, and counts them", async () => {
    const folder = folderOf({
      "one.safetensors": "models/unet_sd1_tiny.safetensors",
      "two.safetensors": "verify/adapter_lora.safetensors",
      "three.safetensors": "verify/opt_adamw.safetensors",
      "four.safetensors": "verify/opt_sgdm.safetensors",
      "five.safetensors": "verify/opt_adam.safetensors",
      "six.safetensors": "verify/adapter_loha.safetensors",
      "seven.safetensors": "noise/ddpm_training.safetensors",
    });
    const { code, stdout, stderr } = await runCli(["verify", folder]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.at(-1)).toMatch(/^\d+ passed, 0 failed$/);
    expect(lines.slice(0, -1).every((line) => /^ok \S/.test(line))).toBe(true);
    for (const name of ["one", "two", "three", "four", "five", "six", "seven"]) {
      expect(stdout).toMatch(new RegExp(`^ok ${name} .*error \\S+ tolerance \\S+`, "m"));
    }
  });

  it("reports a broken file as a failure and goes on", async () => {
    const folder = folderOf({
      "a.safetensors": "models/vae_plain_tiny.safetensors",
      "c.safetensors": "models/vae_plain_tiny.safetensors",
    });
    const whole = readFileSync(fixture("models", "vae_plain_tiny.safetensors"));
    writeFileSync(join(folder, "models", "b.safetensors"), whole.subarray(0, whole.length - 100));
    writeFileSync(join(folder, "schedulers.json"), "{not json");
    const { code, stdout } = await runCli(["verify", folder]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL b {2}.*expected \d+ bytes of data/m);
    expect(stdout).toMatch(/^FAIL schedulers /m);
    expect(stdout).toMatch(/^ok c /m);
    expect(stdout).toMatch(/^\d+ passed, 2 failed$/m);
  });

  it.each([
    ["verify/adapter_lora.safetensors", "merged.conv.weight", "merged"],
    ["verify/adapter_lora.safetensors", "out.lin", "out.lin"],
    ["verify/opt_adamw.safetensors", "p5", "p"],
    ["verify/opt_sgdm.safetensors", "p2", "p"],
  ])("finds one wrong number in %s %s", async (source, tensor, check) => {
    const folder = folderOf({ "x.safetensors": source });
    await alter(join(folder, "models", "x.safetensors"), tensor, 0.01);
    const { code, stdout } = await runCli(["verify", folder]);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^FAIL x ${check} `, "m"));
    expect(stdout).toContain(", 1 failed");
  });

  it("prints one JSON object a line with --json", async () => {
    const folder = folderOf({ "x.safetensors": "verify/opt_adam.safetensors" });
    const result = await runCli(["verify", folder, "--json"]);
    const lines = result.json();
    expect(lines.map(({ type }) => type)).toEqual(["check", "check", "check", "summary"]);
    expect(lines.at(-1)).toEqual({ type: "summary", passed: 3, failed: 0, skipped: 0 });
  });

  it("refuses a folder without fixtures", async () => {
    const { code, stderr } = await runCli(["verify", temporaryFolder()]);
    expect(code).toBe(1);
    expect(stderr).toContain("expected models/, schedulers.json or pipeline/");
  });
});
