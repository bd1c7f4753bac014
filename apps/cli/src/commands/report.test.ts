/** @file `atelier report`, and the report at the end of a training. */

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { recordedRun } from "../testing/recorded-run.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

describe("atelier report", () => {
  it("writes a run's report, and says the verdict and the curve", async () => {
    const run = await recordedRun();
    const { code, stdout } = await runCli(["report", run]);
    expect(code).toBe(0);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(
      /^Verdict: The result is step 27: error on the picture held out −46 % /,
    );
    expect(lines[1]).toMatch(
      /^At the last look, step 100: Forgetting much: .* --prior-source prediction /,
    );
    expect(lines[2]).toMatch(/^Error on what is held out \S{13} −17 %$/);
    expect(lines[3]).toMatch(/^ +\^ kept: step 27, −46 %$/);
    expect(lines[4]).toBe(`Report: ${join(run, "report.html")}`);
    expect(readFileSync(join(run, "report.html"), "utf8")).toMatch(/^<!doctype html>/);
  });

  it("writes elsewhere, and tells programs where", async () => {
    const run = await recordedRun();
    const path = join(temporaryFolder(), "other.html");
    const written = await runCli(["report", run, "--out", path, "--json"]);
    expect(written.code).toBe(0);
    expect(written.json()).toEqual([{ type: "report", path }]);
    expect(existsSync(path)).toBe(true);
    expect(existsSync(join(run, "report.html"))).toBe(false);
  });

  it("fails where there is no run, and refuses a name that is no page's", async () => {
    const empty = temporaryFolder();
    const none = await runCli(["report", empty]);
    expect(none.code).toBe(1);
    expect(none.stderr).toContain("expected the folder of a run");
    const wrong = await runCli(["report", await recordedRun(), "--out", "report.pdf"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("--out report.pdf: expected a name that ends in .html");
    const help = await runCli(["report", "--help"]);
    expect(help.stdout).toContain("atelier report runs/lora-20261124-093015 --out dog.html");
  });
});

describe("a training", () => {
  const tokenizer = fixture("tokenizer-small");

  it("ends with its report, and does not fail without it", async () => {
    const folder = temporaryFolder();
    const pictures = await writePictures(join(folder, "pictures"), 2);
    const run = join(folder, "run");
    const base = ["--base", fixture("tiny-checkpoints", "tiny-sd1"), "--tokenizer", tokenizer];
    const settings = ["--prompt", "a cat", "--rank", "2", "--samples-every-steps", "0"];
    const where = ["--run", run, "--cache-folder", join(folder, "cache")];
    const command = ["lora", pictures, ...base, ...settings, ...where, "--watch", "1"];
    const trained = await runCli([...command, "--steps", "12", "--batch-size", "4"]);
    expect(trained.code).toBe(0);
    const report = join(run, "report.html");
    expect(trained.stdout).toContain(`Report: ${report}\n`);
    expect(trained.stdout).toMatch(/^Verdict: /m);
    expect(readFileSync(report, "utf8")).toContain('<section id="learned">');
    // Nothing can be written where a folder stands.
    const other = join(folder, "other");
    mkdirSync(join(other, "report.html", "taken"), { recursive: true });
    const elsewhere = command.map((argument) => (argument === run ? other : argument));
    const again = await runCli([...elsewhere, "--steps", "1", "--json"]);
    expect(again.code).toBe(0);
    const events = again.json();
    expect(events.filter(({ type }) => type === "done")).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: "warning", code: "in-words" });
    expect(events.at(-1)?.["message"]).toContain("could not be written: ");
  });
});
