/** @file Whole trainings against PyTorch's: losses, gradient norms and weights, step by step. */

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
    const checks = (await verify(folder)).filter(({ name }) => name.includes("training"));
    expect(statuses(checks)).toEqual([
      ...["lora", "full", "dreambooth"].flatMap((technique) => [
        `ok pipeline training ${technique} losses`,
        `ok pipeline training ${technique} grad_norms`,
        `ok pipeline training ${technique} weights, largest error`,
        `ok pipeline training ${technique} weights, mean error`,
      ]),
      "skip pipeline training hypernetwork",
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

  it("reports a training that cannot be read as a failed check, and goes on", async () => {
    const broken = join(folder, "broken");
    await cp(fixture, broken, { recursive: true });
    await cp(tinyBase, join(broken, "pipeline"), { recursive: true });
    await rm(join(broken, "lora_init.safetensors"));
    const path = join(broken, "expected.json");
    await writeFile(path, (await readFile(path, "utf8")).replace('"lr": 0.0001', '"lr": ""'));
    const checks = (await verify(broken)).filter(({ name }) => name.includes("training"));
    expect(statuses(checks)).toEqual([
      "FAIL pipeline training lora",
      "FAIL pipeline training full",
      "ok pipeline training dreambooth losses",
      "ok pipeline training dreambooth grad_norms",
      "ok pipeline training dreambooth weights, largest error",
      "ok pipeline training dreambooth weights, mean error",
      "skip pipeline training hypernetwork",
    ]);
    expect(checks[0]?.detail).toContain("lora_init");
  });
});
