/** @file `atelier strength`: a table, a choice, and a file that draws what the run's own draws at that strength. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSafetensors } from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = fixture("tiny-checkpoints", "tiny-sd1");
const tokenizer = ["--tokenizer", fixture("tokenizer-small")];

/** Trains an adapter and returns the folder of its run. */
async function train(folder: string, ...flags: string[]): Promise<string> {
  const pictures = await writePictures(join(folder, "pictures"), 3);
  const run = join(folder, "run");
  const { code, stderr } = await runCli([
    ...["lora", pictures, "--base", base, ...tokenizer, "--run", run, "--prompt", "a cat"],
    ...["--steps", "8", "--learning-rate", "0.1", "--rank", "2", "--samples-every-steps", "0"],
    ...["--cache-folder", join(folder, "cache"), "--name", "cat", ...flags],
  ]);
  expect(code, stderr).toBe(0);
  return run;
}

async function draw(folder: string, adapter: string): Promise<Uint8Array> {
  const out = join(folder, `${Math.random()}.png`);
  const { code, stderr } = await runCli([
    ...["generate", "--base", base, ...tokenizer, "--prompt", "a cat", "--steps", "2"],
    ...["--out", out, "--adapter", adapter],
  ]);
  expect(code, stderr).toBe(0);
  const limits = { background: [0, 0, 0], maxPixels: 2 ** 20 } as const;
  return (await sharpPictures.decode(readFileSync(out), out, limits)).data;
}

const largest = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);

describe("atelier strength", () => {
  it("prints a table and writes a file that draws as the run's does at that strength", async () => {
    const folder = temporaryFolder();
    const run = await train(folder, "--watch", "1", "--watch-class-prompt", "a dog");
    const { code, stdout, stderr } = await runCli([
      ...["strength", run, "--strengths", "0.3", "--draw", "2", ...tokenizer],
    ]);
    expect(code, stderr).toBe(0);
    const [head = "", row = ""] = stdout.split("\n");
    expect(head).toMatch(
      /^strength {2}error on enlarged views +in training +other things +"a dog"$/,
    );
    expect(row).toMatch(/^0\.3 +−[\d.]+ % \(.+\) +[−+][\d.]+ % +[\d.]+ % worse +[\d.]+ % worse$/);
    expect(stdout).toMatch(/^Strength 0\.3: the error on enlarged views is lowest there \(−/m);
    const written = join(run, "cat-strength-0.3.safetensors");
    expect(stdout).toContain(`Written: ${written}\n`);
    expect(stdout).toContain(`Measured strengths: ${join(run, "strength.json")}\n`);
    expect(existsSync(join(run, "strength.png"))).toBe(true);
    expect(stdout).toContain(`Report: ${join(run, "report.html")}\n`);
    expect(readFileSync(join(run, "report.html"), "utf8")).toContain(
      `<code>${join(run, "cat-strength-0.3.safetensors")}</code>: the adapter for A1111, Forge and ComfyUI, at strength 0.3`,
    );
    const own = await draw(folder, `${join(run, "cat.safetensors")}:0.3`);
    expect(largest(await draw(folder, written), own)).toBeLessThanOrEqual(1);
    expect(largest(await draw(folder, join(run, "cat.safetensors")), own)).toBeGreaterThan(1);
  });

  it("tells programs all that it measures, and on a dry run writes nothing", async () => {
    const run = await train(temporaryFolder());
    const flags = ["--strengths", "0.5,1", "--prefer", "keep", "--dry-run", "--json", ...tokenizer];
    const result = await runCli(["strength", run, ...flags]);
    expect(result.code, result.stderr).toBe(0);
    const events = result.json();
    const strengths = events.filter(({ type }) => type === "strength");
    expect(strengths.map(({ strength }) => strength)).toEqual([0.5, 1]);
    expect(events.at(-1)).toMatchObject({ type: "chosen", reason: "preferred", prefer: "keep" });
    expect(existsSync(join(run, "strength.json"))).toBe(false);
    expect(result.stderr).toBe("");
  });

  it("writes a file under ComfyUI's names where the run's own has them", async () => {
    const folder = temporaryFolder();
    const run = await train(folder, "--formats", "comfyui");
    const flags = ["--strengths", "0.3", ...tokenizer];
    const { code, stdout, stderr } = await runCli(["strength", run, ...flags]);
    expect(code, stderr).toBe(0);
    const written = join(run, "cat-strength-0.3.safetensors");
    expect(stdout).toContain(`Written: ${written}\n`);
    expect(existsSync(join(run, "cat-strength-0.3"))).toBe(false);
    const file = await openSafetensors(nodeFiles, written);
    await file.close();
    expect([...file.entries.keys()].every((name) => name.startsWith("diffusion_model."))).toBe(
      true,
    );
    const own = await draw(folder, `${join(run, "cat.safetensors")}:0.3`);
    expect(largest(await draw(folder, written), own)).toBeLessThanOrEqual(1);
  });

  describe("refuses", () => {
    const folder = mkdtempSync(join(tmpdir(), "atelier-strength-"));
    let run = "";
    beforeAll(async () => {
      run = await train(folder);
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    it.each([
      [["--strengths", "0.5,much"], 2, "--strengths 0.5,much: expected numbers with commas"],
      [["--strengths", "0.5,"], 2, "--strengths 0.5,: expected numbers with commas"],
      [["--strengths", "0,1"], 2, "strengths: expected numbers above 0, which is the base itself"],
      [["--dry-run", "--draw", "2"], 2, "strength --draw: expected no --dry-run"],
      [["--out", fixture("tokenizer-small")], 2, "expected a new file, got one that exists"],
      [["--prefer", "speed"], 2, "Allowed choices are likeness, balance, keep"],
    ])("%j", async (flags, expected, message) => {
      const { code, stderr, stdout } = await runCli(["strength", run, ...tokenizer, ...flags]);
      expect([code, stdout]).toEqual([expected, ""]);
      expect(stderr).toContain(message);
    });

    it("a folder that is no run, and what is stopped", async () => {
      const none = await runCli(["strength", fixture("tokenizer-small")]);
      expect([none.code, none.stdout]).toEqual([1, ""]);
      expect(none.stderr).toContain("expected the folder of a run");
      const controller = new AbortController();
      const stopped = await runCli(["strength", run, ...tokenizer], {
        signal: controller.signal,
        onStderr: (text) => {
          if (text.includes("Measuring what step")) controller.abort();
        },
      });
      expect(stopped.code).toBe(130);
      expect(stopped.stdout).toBe("");
      expect(existsSync(join(run, "strength.json"))).toBe(false);
    });
  });
});
