/** @file No oracle is lost in silence where `../shared` is absent: its tests are tagged, and counted. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startVitest } from "vitest/node";
import { sharedFilesReporter, sharedTag } from "./shared-files-reporter.js";

describe("tests that read ../shared", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const files = ["packages", "apps"]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${folder}/${name}/src`),
    )
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => `${folder}/${name.replaceAll("\\", "/")}`),
    )
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

  it("are tagged, so that they are skipped and counted where it is absent", () => {
    const readers = files.filter(
      ({ path, text }) =>
        path.endsWith(".test.ts") && /\bsharedFile\b|testing\/reference-keys\.js/.test(text),
    );
    expect(readers.length).toBeGreaterThan(10);
    for (const { path, text } of readers) expect(text, path).toContain(`tags: ["${sharedTag}"]`);
  });

  it("reach it by sharedFile alone", () => {
    const others = files.filter(({ text }) => /["'`](\.\.\/)+shared\//.test(text));
    expect(others.map(({ path }) => path)).toEqual(["packages/diffusion/src/testing/fixtures.ts"]);
  });
});

describe("sharedFilesReporter", () => {
  const text = `
    describe("oracles", { tags: ["${sharedTag}"] }, () => { it("one", () => {}); it("two", () => {}); });
    it("three", { tags: "${sharedTag}" }, () => {});
    it.skip("for another reason", () => {});`;

  it.each([
    [true, "../shared: 3 of the 3 tests that need it were skipped, because it is absent."],
    [false, "../shared: none of the 3 tests that need it was skipped."],
  ])("counts the tests of a run that were skipped: %s", async (isAbsent, line) => {
    const folder = mkdtempSync(join(tmpdir(), "atelier-shared-"));
    writeFileSync(join(folder, "oracle.test.ts"), text);
    const lines: string[] = [];
    const vitest = await startVitest("test", [], {
      ...{ root: folder, config: false, watch: false, globals: true },
      tags: [{ name: sharedTag, skip: isAbsent }],
      reporters: [sharedFilesReporter((printed) => lines.push(printed))],
    });
    await vitest.close();
    rmSync(folder, { recursive: true });
    expect(lines).toEqual([line]);
  });
});
