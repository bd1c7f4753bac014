/** @file Fixtures of optimizers and averages, made by PyTorch and diffusers, are recognised and judged. */

import { copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../files/safetensors/write-safetensors.js";
import type { FixtureCheck } from "./fixture-check.js";
import { verifyFolder } from "./verify-folder.js";

const fixtures = fileURLToPath(new URL("../../../../test/fixtures/verify/", import.meta.url));

/** Checks one fixture under another name, with one number changed where `tensor` names one. */
async function verify(fixture: string, name: string, tensor?: string): Promise<FixtureCheck[]> {
  const folder = mkdtempSync(join(tmpdir(), "atelier-verify-"));
  mkdirSync(join(folder, "models"));
  const path = join(folder, "models", `${name}.safetensors`);
  copyFileSync(join(fixtures, `${fixture}.safetensors`), path);
  if (tensor !== undefined) {
    const file = await openSafetensors(nodeFiles, path);
    const tensors = [];
    for (const key of file.entries.keys()) {
      const { data, ...rest } = await file.readFloat32(key);
      if (key === tensor) data[0] = (data[0] ?? 0) + 0.01;
      tensors.push(tensorSource(key, { ...rest, data }));
    }
    await file.close();
    await writeSafetensors(nodeFiles, path, tensors, { metadata: file.metadata });
  }
  const checks: FixtureCheck[] = [];
  const runtime = createOrtRuntime({ threads: 1 });
  for await (const check of verifyFolder(folder, { files: nodeFiles, runtime })) checks.push(check);
  return checks;
}

const statuses = (checks: readonly FixtureCheck[]) => checks.map(({ status }) => status);

describe("fixtures of optimizers", () => {
  it.each(["opt_adam", "opt_adamw", "opt_sgdm", "opt_adafactor_torch"])(
    "pass by their name and by their numbers: %s",
    async (fixture) => {
      expect(statuses(await verify(fixture, fixture))).toEqual(["ok", "ok", "ok"]);
      expect(statuses(await verify(fixture, "one"))).toEqual(["ok", "ok", "ok"]);
    },
  );

  it("fail for one wrong number", async () => {
    const checks = await verify("opt_adafactor_torch", "opt_adafactor_torch", "p3");
    expect(statuses(checks)).toEqual(["ok", "FAIL", "ok"]);
  });
});

describe("fixtures of averages", () => {
  it("pass, and fail for one wrong decay or value", async () => {
    expect(statuses(await verify("ema", "one"))).toEqual(["ok", "ok"]);
    expect(statuses(await verify("ema", "ema", "decay3"))).toEqual(["FAIL", "ok"]);
    expect(statuses(await verify("ema", "ema", "shadow5"))).toEqual(["ok", "FAIL"]);
  });
});
