/**
 * @file Peak memory of whole processes: recomputed blocks and attention's gradient must save what
 * they promise, and with the same numbers. Runs the built package, so build it first.
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../testing/closeness.js";
import { trainingEnvironment } from "../training-environment.js";

const MEBIBYTE = 2 ** 20;
const program = fileURLToPath(
  new URL("../../../dist/testing/adapters/measure-memory.js", import.meta.url),
);

interface Measurement {
  readonly peakBytes: number;
  readonly checksum: readonly number[];
}

function measure(scenario: string, environment: NodeJS.ProcessEnv = {}): Measurement {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, scenario], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(`${scenario}: exit ${status}\n${stderr}`);
  // The program prints exactly this; a wrong shape would fail the comparisons below.
  return JSON.parse(stdout) as Measurement;
}

const canMeasure = process.platform === "linux" && existsSync(program);
if (!canMeasure) {
  console.warn(`memory is not tested: it takes Linux and ${program} (npm run build).`);
}

describe.skipIf(!canMeasure)("peak memory", () => {
  it("of 24 recomputed blocks is far below that of 24 kept ones, with equal gradients", () => {
    const [plain, checkpointed] = [measure("plain"), measure("checkpointed")];
    const megabytes = [plain, checkpointed].map(({ peakBytes }) => peakBytes / MEBIBYTE);
    console.info(`kept ${megabytes[0]?.toFixed()} MiB, recomputed ${megabytes[1]?.toFixed()} MiB`);
    expectClose("gradients", checkpointed.checksum, plain.checksum, 1e-5);
    expect(checkpointed.peakBytes).toBeLessThan(0.5 * plain.peakBytes);
  });

  it("of attention over 4096 tokens with 8 heads is far below its score maps", () => {
    const [fused, composed] = [measure("attention"), measure("composed attention")];
    const megabytes = [fused, composed].map(({ peakBytes }) => peakBytes / MEBIBYTE);
    console.info(
      `attention ${megabytes[0]?.toFixed()} MiB, composed ${megabytes[1]?.toFixed()} MiB`,
    );
    expectClose("gradients", composed.checksum, fused.checksum, 1e-4);
    // The maps take 8·4096²·4 bytes, and as much again for their gradient.
    for (const { peakBytes } of [fused, composed]) expect(peakBytes).toBeLessThan(256 * MEBIBYTE);
  });

  it("of weights in 16 bits is half that of float32, but for few copies, with equal gradients", () => {
    const [whole, half] = ["float32 weights", "float16 weights"].map((scenario) =>
      measure(scenario, trainingEnvironment),
    );
    if (whole === undefined || half === undefined) throw new Error("two measurements");
    const megabytes = [whole, half].map(({ peakBytes }) => peakBytes / MEBIBYTE);
    console.info(`float32 ${megabytes[0]?.toFixed()} MiB, float16 ${megabytes[1]?.toFixed()} MiB`);
    expect(half.checksum).toEqual(whole.checksum);
    // Twelve weights of 20 MiB on average, the largest 34 MiB: copies that stayed would take 240 MiB.
    expect(half.peakBytes).toBeLessThan(0.5 * whole.peakBytes + 96 * MEBIBYTE);
  });

  it("of maps of 512 MiB is that of the few that live at once", () => {
    const { peakBytes } = measure("large map");
    console.info(`large maps ${(peakBytes / MEBIBYTE).toFixed()} MiB`);
    // Three: a block's input, its norm, and what the activation makes of it. Laid out anew and in an arena: four.
    expect(peakBytes).toBeLessThan(3.5 * 512 * MEBIBYTE);
  });
});
