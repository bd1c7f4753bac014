/** @file `atelier doctor --backend webgpu` on a device: numbers, and where the operators of trainings run. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import {
  deviceVariables,
  prepareWebGpu,
} from "../../../../packages/engine/src/testing/adapters/prepare-webgpu.js";
import { temporaryFolder } from "../testing/run-cli.js";

const program = fileURLToPath(new URL("../../bin/atelier.mjs", import.meta.url));
const reason = await prepareWebGpu();
if (reason !== undefined) console.warn(`webgpu is not tested: ${reason}`);

it.skipIf(reason !== undefined)("finds all of a training on the device", async () => {
  const argv = [program, "doctor", "--backend", "webgpu", "--json"];
  const env = { ...process.env, ...deviceVariables, ATELIER_CACHE: temporaryFolder() };
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env });
  const findings = stdout
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  for (const id of ["backend.webgpu", "placement.webgpu"]) {
    expect(findings).toContainEqual(expect.objectContaining({ id, status: "ok" }));
  }
  expect(stdout).not.toContain("backend.cpu");
});
