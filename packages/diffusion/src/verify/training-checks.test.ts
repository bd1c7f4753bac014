/** @file Whole trainings against PyTorch's: losses, gradient norms and weights, step by step. */

import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyBase } from "../testing/tiny-training.js";
import type { FixtureCheck } from "./fixture-check.js";
import { verifyPipelineFixture } from "./pipeline-fixture.js";

const fixture = fileURLToPath(
  new URL("../../../../test/fixtures/training/trajectory", import.meta.url),
);
const shared = fileURLToPath(new URL("../../../../../shared/fixtures/pipeline", import.meta.url));

async function verify(folder: string): Promise<FixtureCheck[]> {
  const checks: FixtureCheck[] = [];
  const options = { files: nodeFiles, runtime: createOrtRuntime() };
  for await (const check of verifyPipelineFixture(folder, options)) checks.push(check);
  return checks;
}

const statuses = (checks: readonly FixtureCheck[]) =>
  checks.map(({ name, status }) => `${status} ${name}`);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-trajectory-"));
  await cp(fixture, folder, { recursive: true });
  await cp(tinyBase, join(folder, "pipeline"), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("trainings of a pipeline fixture", () => {
  it("finds every step of each training equal to PyTorch's, and skips techniques it does not know", async () => {
    const checks = await verify(folder);
    expect(statuses(checks)).toEqual([
      ...["lora", "full", "dreambooth"].flatMap((technique) => [
        `ok training ${technique} losses`,
        `ok training ${technique} grad_norms`,
        `ok training ${technique} weights, largest error`,
        `ok training ${technique} weights, mean error`,
      ]),
      "skip training hypernetwork",
    ]);
    expect(checks[0]?.detail).toMatch(/^worst of 6: /);
    expect(checks[2]?.detail).toMatch(/^worst of 64: /);
  });

  it("fails for another learning rate than the one that the numbers are from", async () => {
    const other = join(folder, "other-rate");
    await cp(fixture, other, { recursive: true });
    await cp(tinyBase, join(other, "pipeline"), { recursive: true });
    const path = join(other, "expected.json");
    await writeFile(path, (await readFile(path, "utf8")).replace('"lr": 0.001', '"lr": 0.0011'));
    const checks = await verify(other);
    expect(checks.filter(({ status }) => status === "FAIL").length).toBe(4);
  });

  it("reports what cannot be read as a failed check", async () => {
    const checks = await verify(fixture);
    expect(statuses(checks)).toEqual([
      "FAIL training lora",
      "FAIL training full",
      "FAIL training dreambooth",
      "skip training hypernetwork",
    ]);
    expect(checks[0]?.detail).toContain("pipeline");
  });

  it("finds the reference trajectory equal to PyTorch's", async ({ skip }) => {
    if (!existsSync(shared)) skip(`there are no reference fixtures at ${shared}`);
    const checks = await verify(shared);
    expect(checks.filter(({ status }) => status === "ok")).toHaveLength(15);
    expect(checks.filter(({ status }) => status === "FAIL")).toEqual([]);
  }, 120_000);
});
