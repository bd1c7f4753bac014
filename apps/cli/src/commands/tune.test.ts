/** @file `atelier tune`: what it refuses and what it prints; whole tunes are in tune-kill.slow.test.ts. */

import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = fixture("tiny-checkpoints", "tiny-sd1");
const tokenizer = ["--tokenizer", fixture("tokenizer-small")];

describe("atelier tune refuses", () => {
  it.each([
    ["0", /^error: tune minutes: expected a number above 0 and at most 10080, .*, got 0\./],
    ["-5", /^error: tune minutes: expected a number above 0 .*, got -5\./],
    ["1e9", /^error: tune minutes: expected .* which is a week, got 1000000000\./],
    [
      "soon",
      /^error: --minutes soon: expected a number above 0 .* Write for example --minutes 20\./,
    ],
    ["", /^error: --minutes : expected a number above 0/],
  ])("--minutes %j", async (minutes, message) => {
    const folder = temporaryFolder();
    const run = join(folder, "tune");
    const flags = [`--minutes=${minutes}`, "--run", run, "--prompt", "a cat"];
    const { code, stderr } = await runCli(["tune", folder, "--base", base, ...flags]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(run)).toBe(false);
  });

  it("what it finds by itself, and preferences that are none", async () => {
    for (const flags of [
      ["--learning-rate", "1e-4"],
      ["--steps", "5"],
      ["--prefer", "both"],
    ]) {
      const { code, stderr } = await runCli(["tune", "pictures", ...flags]);
      expect(code, flags.join(" ")).toBe(2);
      expect(stderr).toContain(flags[0]);
    }
  });

  it("a folder without pictures", async () => {
    const folder = temporaryFolder();
    const flags = [
      "--base",
      base,
      ...tokenizer,
      "--prompt",
      "a cat",
      "--run",
      join(folder, "tune"),
    ];
    const { code, stderr } = await runCli(["tune", join(folder, "none"), ...flags]);
    expect(code).toBe(1);
    expect(stderr).toContain(join(folder, "none"));
  });
});

describe("atelier tune", () => {
  it("of two pictures says why nothing can be tried out, and trains the usual settings", async () => {
    const folder = temporaryFolder();
    const pictures = await writePictures(join(folder, "pictures"), 2);
    const run = join(folder, "tune");
    // As it advises, a training is short.
    const advised = join(folder, "base");
    cpSync(base, advised, { recursive: true });
    writeFileSync(join(advised, "training_config.json"), '{"steps":12,"batchSize":4}');
    const { code, stdout, stderr } = await runCli([
      ...["tune", pictures, "--base", advised, ...tokenizer, "--prompt", "a cat", "--run", run],
      ...["--rank", "2", "--cache-folder", join(folder, "cache"), "--name", "cat"],
    ]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("Nothing was tried out: none of these pictures could be held out");
    expect(stdout).toContain(`Saved: ${join(run, "defaults", "cat.safetensors")}\n`);
    expect(stdout).toContain(`atelier train ${join(run, "chosen.json")}`);
    expect(stdout).toContain(`Report: ${join(run, "tune.html")}\n`);
    const page = readFileSync(join(run, "tune.html"), "utf8");
    expect(page).toContain("Nothing could be tried out; the usual settings were trained.");
    expect(existsSync(join(run, "defaults", "report.html"))).toBe(true);
    const chosen: unknown = JSON.parse(readFileSync(join(run, "chosen.json"), "utf8"));
    expect(chosen).toMatchObject({ steps: 12, batchSize: 4, lora: { rank: 2 }, name: "cat" });

    // It is done: going on with it says so again.
    const again = await runCli(["resume", run, "--json", ...tokenizer]);
    expect(again.code, again.stderr).toBe(0);
    const types = again.json().map(({ type }) => type);
    expect(types).toEqual(["tune", "decision", "done", "report"]);
    const changed = await runCli(["resume", run, "--allow-changes", ...tokenizer]);
    expect(changed.code).toBe(2);
    expect(changed.stderr).toContain("begin a new tune");
    const finished = await runCli(["resume", run, "--finish", ...tokenizer]);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain("expected --finish with the folder of a training");
    const { code: taken, stderr: refused } = await runCli([
      ...["tune", pictures, "--base", base, ...tokenizer, "--prompt", "a cat", "--run", run],
    ]);
    expect(taken).toBe(1);
    expect(refused).toContain(`atelier resume ${run}`);
  });
});
