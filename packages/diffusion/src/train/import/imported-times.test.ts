/**
 * @file How much noise pictures get after an import, against each program's own formula for σ: signs of means and
 * places of shifts differ from program to program.
 */

import { createTorchGenerator } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { flowProcess } from "../../process/flow.js";
import { createFlowSchedule, flowSigmaAt } from "../../process/flow-schedule.js";
import { completeConfig } from "../config/complete-config.js";
import { parseTrainConfig } from "../config/config.js";
import { distributionOf, shiftOf } from "../config/objective-section.js";
import { importAiToolkit } from "./import-ai-toolkit.js";
import { importCommandLine } from "./import-command-line.js";
import { importKohya } from "./import-kohya.js";
import { importOneTrainer } from "./import-one-trainer.js";
import type { ImportedConfig } from "./translation.js";

const count = 40_000;
const latents = { height: 128, width: 96 };
const tokens = (latents.height * latents.width) / 4;

/** Schedules of the bases: FLUX.1's is shifted by the size of pictures, and even while it trains. */
const shifts = { sd3: 3, flux: 1 } as const;

/** σ as a training of the config draws it. */
function drawnSigmas({ config }: ImportedConfig, family: keyof typeof shifts): number[] {
  const { timesteps } = completeConfig(
    parseTrainConfig({ ...config, base: { path: "m" }, data: { folder: "a" } }),
  );
  const schedule = createFlowSchedule({
    ...{ numTrainTimesteps: 1000, shift: shifts[family] },
    sizeShift: {
      ...{ baseShift: 0.5, maxShift: 1.15, baseTokens: 256, maxTokens: 4096 },
      kind: "exponential",
    },
  });
  const process = flowProcess(schedule, () => tokens);
  const draw = {
    ...{ min: timesteps.min, max: timesteps.max ?? process.times.max, latents },
    ...{ distribution: distributionOf(timesteps), shift: shiftOf(timesteps) },
  };
  const drawn = process.drawTimes(createTorchGenerator(3n), count, draw);
  return drawn.map((time) => flowSigmaAt(schedule, time));
}

const uniform = Array.from(createTorchGenerator(5n).rand(count));
const normal = Array.from(createTorchGenerator(7n).randn(count));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const shifted = (sigma: number, shift: number) => (sigma * shift) / (1 + (shift - 1) * sigma);

/** Shares below marks, and the mean. */
function describeSigmas(sigmas: readonly number[]): number[] {
  const below = (mark: number) => sigmas.filter((sigma) => sigma < mark).length / sigmas.length;
  const mean = sigmas.reduce((sum, sigma) => sum + sigma, 0) / sigmas.length;
  return [mean, ...[0.1, 0.3, 0.5, 0.7, 0.9].map(below)];
}

function expectSame(imported: ImportedConfig, family: keyof typeof shifts, sigmas: number[]): void {
  const [actual, expected] = [drawnSigmas(imported, family), sigmas].map(describeSigmas);
  const errors = actual?.map((value, i) => Math.abs(value - (expected?.[i] ?? Number.NaN))) ?? [];
  // Five times the deviation of a share of so many draws.
  expect(Math.max(...errors), `${String(actual)} for ${String(expected)}`).toBeLessThan(0.0125);
}

describe("diffusers' places of a schedule whose first is the noisiest", () => {
  const script = (name: string, more: string) =>
    importCommandLine(`python train_dreambooth_lora_${name}.py --weighting_scheme=${more}`);
  /** σ of place u·1000 of `scheduler.timesteps`, which fall. */
  const at = (u: number, shift: number) => shifted(1 - u, shift);

  it("turn a mean above 0 into less noise", () => {
    const options = "logit_normal --logit_mean=0.8 --logit_std=0.6";
    const shares = normal.map((z) => sigmoid(0.8 + 0.6 * z));
    const { config } = script("sd3", options);
    expect(config["timesteps"]).toEqual({
      ...{ distribution: "logit_normal", mean: -0.8, deviation: 0.6 },
    });
    expectSame(
      script("sd3", options),
      "sd3",
      shares.map((u) => at(u, 3)),
    );
    expectSame(
      script("flux", options),
      "flux",
      shares.map((u) => at(u, 1)),
    );
  });

  it("are the same from either end with mode and without a scheme", () => {
    const mode = (u: number, s: number) => 1 - u - s * (Math.cos((Math.PI * u) / 2) ** 2 - 1 + u);
    expectSame(
      script("sd3", "mode --mode_scale=0.9"),
      "sd3",
      uniform.map((u) => at(mode(u, 0.9), 3)),
    );
    expectSame(
      script("flux", "none"),
      "flux",
      uniform.map((u) => at(u, 1)),
    );
  });
});

describe("sd-scripts", () => {
  const flux = (more: object) => importKohya([{ network_module: "networks.lora_flux", ...more }]);
  const sd3 = (more: object) => importKohya([{ network_module: "networks.lora_sd3", ...more }]);
  const bell = { weighting_scheme: "logit_normal", logit_mean: 0.8, logit_std: 0.6 };
  const shares = normal.map((z) => sigmoid(0.8 + 0.6 * z));

  it("count places of a schedule for FLUX.1, shifted by discrete_flow_shift", () => {
    expectSame(
      flux({ ...bell, discrete_flow_shift: 2 }),
      "flux",
      shares.map((u) => shifted(1 - u, 2)),
    );
    expectSame(
      flux({}),
      "flux",
      uniform.map((u) => shifted(1 - u, 3)),
    );
  });

  it("draw σ itself for Stable Diffusion 3: a mean above 0 is more noise", () => {
    expectSame(sd3(bell), "sd3", shares);
    expectSame(
      sd3({ ...bell, training_shift: 2 }),
      "sd3",
      shares.map((u) => shifted(u, 2)),
    );
  });

  it.each([
    ["uniform", {}, uniform],
    ["sigmoid", { sigmoid_scale: 1.5 }, normal.map((z) => sigmoid(1.5 * z))],
    ["shift", { discrete_flow_shift: 3.1582 }, normal.map((z) => shifted(sigmoid(z), 3.1582))],
    [
      "flux_shift",
      {},
      normal.map((z) => {
        const mu = 0.5 + ((1.15 - 0.5) * (tokens - 256)) / (4096 - 256);
        return Math.exp(mu) / (Math.exp(mu) + 1 / sigmoid(z) - 1);
      }),
    ],
  ] as const)("draw σ itself for FLUX.1 with timestep_sampling %s", (name, more, sigmas) => {
    // What a scheme says means nothing then.
    expectSame(flux({ ...bell, timestep_sampling: name, ...more }), "flux", [...sigmas]);
  });
});

describe("ai-toolkit", () => {
  const job = (model: object, train: object) =>
    importAiToolkit({
      config: { process: [{ type: "sd_trainer", model, train, network: { type: "lora" } }] },
    });
  const mu = 0.5 + ((1.15 - 0.5) * (tokens - 256)) / (4096 - 256);

  it.each([
    ["sigmoid, which it draws by itself", {}, normal.map((z) => 1 - sigmoid(z))],
    ["linear", { timestep_type: "linear" }, uniform],
    ["flux_shift", { timestep_type: "flux_shift" }, uniform.map((u) => shifted(u, Math.exp(mu)))],
  ])("for FLUX.1: %s", (_, train, sigmas) => {
    expectSame(job({ is_flux: true }, train), "flux", sigmas);
  });

  it("shifts by 3 for Stable Diffusion 3, where it is told to", () => {
    const sigmas = uniform.map((u) => shifted(u, 3));
    expectSame(job({ is_v3: true }, { timestep_type: "shift" }), "sd3", sigmas);
    expectSame(job({ is_v3: true }, { timestep_type: "linear" }), "sd3", uniform);
  });
});

describe("OneTrainer", () => {
  const settings = (type: string, more: object) =>
    importOneTrainer({ model_type: type, training_method: "LORA", ...more }, [[{ path: "a" }]]);
  const bell = { timestep_distribution: "LOGIT_NORMAL", noising_weight: 0.5, noising_bias: -0.4 };
  const shares = normal.map((z) => sigmoid(-0.4 + 1.5 * z));

  it("has a bias above 0 for more noise, and shifts what it has drawn", () => {
    expectSame(settings("STABLE_DIFFUSION_35", bell), "sd3", shares);
    expectSame(
      settings("FLUX_DEV_1", { ...bell, timestep_shift: 2.5 }),
      "flux",
      shares.map((u) => shifted(u, 2.5)),
    );
  });

  it("shifts by the size of pictures", () => {
    const mu = 0.5 + ((1.15 - 0.5) * (tokens - 256)) / (4096 - 256);
    expectSame(
      settings("FLUX_DEV_1", { dynamic_timestep_shifting: true }),
      "flux",
      uniform.map((u) => shifted(u, Math.exp(mu))),
    );
  });

  it("has a mode, and the cosine schedule's density", () => {
    const heavy = { timestep_distribution: "HEAVY_TAIL", noising_weight: 1.2 };
    const mode = (u: number) => 1 - u - 1.2 * (Math.cos((Math.PI * u) / 2) ** 2 - 1 + u);
    expectSame(settings("FLUX_DEV_1", heavy), "flux", uniform.map(mode));
    // By rejection from its weights, the largest of which is 4/π.
    const cosmap = uniform.filter((u, i) => {
      const weight = 2 / (Math.PI * (1 - 2 * u + 2 * u * u));
      return (uniform[(i + 1) % count] ?? 0) < (weight * Math.PI) / 4;
    });
    expectSame(settings("FLUX_DEV_1", { timestep_distribution: "COS_MAP" }), "flux", cosmap);
  });
});
