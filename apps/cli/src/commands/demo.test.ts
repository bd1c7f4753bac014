/** @file `atelier demo` from end to end with a tiny base: what it leaves, refuses, and stops at. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const tiny = [
  ...["demo", "--base", fixture("tiny-checkpoints", "tiny-sd1")],
  ...["--tokenizer", fixture("tokenizer-small"), "--steps", "4", "--threads", "1"],
];

/** So many that a training cannot be over before it is stopped, however fast the machine. */
const endless = ["--steps", "1000000"];

describe("atelier demo", () => {
  beforeEach(() => {
    vi.stubEnv("ATELIER_CACHE", temporaryFolder());
    return () => vi.unstubAllEnvs();
  });

  it("leaves a report, a sheet, the pictures and an adapter", async () => {
    const out = join(temporaryFolder(), "demo");
    const { code, stdout, stderr } = await runCli([...tiny, "--out", out]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(join(out, "report.html"));
    expect(stdout).toContain("without a judge");
    expect(stderr).toMatch(/1\/4 {2}Drawing with the base(.|\n)*2\/4(.|\n)*3\/4(.|\n)*4\/4/);
    expect(stderr.match(/about .* left in all/g)?.length).toBeGreaterThanOrEqual(4);
    expect(readdirSync(out).sort()).toEqual([
      ...["memory", "pictures", "report.html", "sheet.png", "training"],
    ]);
    expect(readdirSync(join(out, "pictures"))).toHaveLength(2 * 5);
    expect(readdirSync(join(out, "memory"))).toHaveLength(2 * 7);
    expect(readFileSync(join(out, "pictures", "mascot-1.txt"), "utf8")).toBe(
      "a sks robot on a green background\n",
    );
    expect(readFileSync(join(out, "sheet.png")).subarray(1, 4).toString()).toBe("PNG");
    expect(readdirSync(join(out, "training")).sort()).toEqual([
      ...["config.json", "events.jsonl", "inputs.json", "mascot.safetensors"],
      "pytorch_lora_weights.safetensors",
    ]);
    const page = readFileSync(join(out, "report.html"), "utf8");
    // The portrait, five lessons, of six prompts four before and four after, of four one real.
    expect(page.match(/<img src="data:image\/(png|svg\+xml);base64,[\w+/=]+"/g)).toHaveLength(
      1 + 5 + 6 * 8 + 4,
    );
    expect(page).toContain("4 steps");
  });

  it("prints JSON lines and nothing else with --json", async () => {
    const out = join(temporaryFolder(), "demo");
    const result = await runCli([...tiny, "--out", out, "--json"]);
    expect(result.stderr).toBe("");
    const events = result.json();
    expect(events[0]).toEqual({ type: "folder", path: out });
    const parts = events.flatMap(({ type, part }) => (type === "progress" ? [part] : []));
    expect([...new Set(parts)]).toEqual(["before", "train", "after", "judge"]);
    expect(events.at(-1)).toMatchObject({ type: "done", report: join(out, "report.html") });
    // What whoever shows it needs: the pictures that it learns from, and each that is drawn, as files.
    const lessons = events.filter(({ type }) => type === "lesson");
    expect(lessons).toHaveLength(5);
    expect(lessons[0]).toMatchObject({ caption: "a sks robot on a green background" });
    const images = events.filter(({ type }) => type === "image");
    expect(images.map(({ part }) => part)).toEqual([
      ...Array<string>(6 * 4).fill("before"),
      ...Array<string>(6 * 4).fill("after"),
    ]);
    expect(images[0]).toEqual({
      type: "image",
      part: "before",
      prompt: "a sks robot on a red background",
      asksFor: "subject",
      seed: "7",
      path: join(out, "before", "1-7.png"),
    });
    for (const { path } of [...lessons, ...images]) {
      expect(readFileSync(String(path)).subarray(1, 4).toString()).toBe("PNG");
    }
  });

  it("refuses a folder in which something stands", async () => {
    const out = temporaryFolder();
    writeFileSync(join(out, "precious.txt"), "mine");
    const { code, stderr } = await runCli([...tiny, "--out", out]);
    expect(code).toBe(2);
    expect(stderr).toContain("expected a new or empty folder");
    expect(readdirSync(out)).toEqual(["precious.txt"]);
  });

  it("says so when the folder cannot be made", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const { code, stderr } = await runCli([...tiny, "--out", join(file, "demo")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/expected a folder that can be written, got: E(.*)--out/);
  });

  it("says how a training that was stopped goes on", async () => {
    const out = join(temporaryFolder(), "demo");
    const controller = new AbortController();
    const { code, stderr } = await runCli([...tiny, ...endless, "--out", out], {
      signal: controller.signal,
      onStderr: (text) => {
        if (/[1-9]\d*\/1000000 training steps/.test(text)) controller.abort();
      },
    });
    expect(code).toBe(130);
    expect(stderr).toContain(`atelier resume ${join(out, "training")}`);
    expect(existsSync(join(out, "training", "checkpoints"))).toBe(true);
  });

  it("refuses a base that is not there before it makes anything", async () => {
    const out = join(temporaryFolder(), "demo");
    const { code, stderr } = await runCli(["demo", "--base", "no-such-base", "--out", out]);
    expect(code).toBe(1);
    expect(stderr).toContain("no-such-base");
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    ["before", "drawn with the base alone"],
    ["train", "training steps"],
    ["after", "drawn with the adapter"],
    ["judge", "judged"],
  ])(
    "leaves nothing half-written when it is stopped while it does: %s",
    async (part) => {
      const out = join(temporaryFolder(), "demo");
      const controller = new AbortController();
      const argv = [...tiny, ...(part === "train" ? endless : []), "--out", out, "--json"];
      const { code, stdout } = await runCli(argv, {
        signal: controller.signal,
        onStdout: (text) => {
          if (text.includes(`"part":"${part}"`)) controller.abort();
        },
      });
      expect(code).toBe(130);
      expect(stdout).toContain('"code":"aborted"');
      const left = readdirSync(out).sort();
      const remembered = part === "before" ? [] : ["memory"];
      const shown = left.filter((name) => !["training", "before", "after"].includes(name));
      expect(shown).toEqual([...remembered, "pictures"]);
      expect(existsSync(join(out, "training", "mascot.safetensors"))).toBe(
        part === "after" || part === "judge",
      );
    },
    60_000,
  );
});
