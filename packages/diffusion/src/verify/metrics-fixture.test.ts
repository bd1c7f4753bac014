/** @file Metrics against a fixture by their authors' code. */

import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { readJson } from "../core/read-text.js";
import { fixture } from "../testing/fixtures.js";
import { isMetricsFixture, verifyMetricsFixture } from "./metrics-fixture.js";
import { verifyFolder } from "./verify-folder.js";

const runtime = createOrtRuntime();

const json = await readJson(nodeFiles, fixture("metrics/metrics.json"));

it("finds KID, CMMD, Vendi score and mean cosines equal to the reference, and skips what is not computed", () => {
  expect(isMetricsFixture(json)).toBe(true);
  const checks = verifyMetricsFixture("metrics", json);
  expect(checks.map(({ status, name }) => `${status} ${name}`)).toEqual([
    "skip metrics fid",
    "ok metrics kid_full_subset_first64",
    "ok metrics cmmd_sigma10_scale1000",
    "ok metrics vendi_X_cosine",
    "ok metrics mean_pairwise_cos_X",
    "ok metrics mean_cross_cos_XY",
  ]);
});

it("is run by verifyFolder, which passes over other JSON", async () => {
  const folder = await mkdtemp(join(tmpdir(), "atelier-verify-"));
  await mkdir(join(folder, "models"));
  await copyFile(fixture("metrics/metrics.json"), join(folder, "models", "distances.json"));
  await writeFile(join(folder, "models", "notes.json"), "{}");
  await writeFile(join(folder, "models", "torn.json"), '{"X": [[1');
  const found: string[] = [];
  for await (const { status, name } of verifyFolder(folder, { files: nodeFiles, runtime })) {
    found.push(`${status} ${name}`);
  }
  await rm(folder, { recursive: true });
  expect(found).toContain("ok distances cmmd_sigma10_scale1000");
  expect(found.slice(-2)).toEqual(["skip notes", "FAIL torn"]);
});

it("fails where a stored number differs", () => {
  const changed = { ...(json as object), mean_cross_cos_XY: -0.0033288 };
  const failed = verifyMetricsFixture("metrics", changed).filter(({ status }) => status === "FAIL");
  expect(failed.map(({ name }) => name)).toEqual(["metrics mean_cross_cos_XY"]);
});

it("refuses vectors of several widths", () => {
  const ragged = {
    X: [[1, 2], [3]],
    Y: [
      [1, 2],
      [3, 4],
    ],
  };
  expect(() => verifyMetricsFixture("metrics", ragged)).toThrow(
    "metrics: expected matrices X and Y of one width",
  );
});

it("does not take other JSON for metrics", () => {
  expect(isMetricsFixture({ X: 1, Y: [] })).toBe(false);
  expect(isMetricsFixture([])).toBe(false);
});
