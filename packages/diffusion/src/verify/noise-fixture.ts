/**
 * @file Checks a noise fixture: a safetensors file with `alphas_cumprod`, clean samples `x0`,
 * `noise`, timesteps `t` and what PyTorch made of them. The schedule is in its metadata.
 */

import { type FloatTensor, floatTensor } from "@atelier/engine";
import { parsePythonJson } from "../core/python-json.js";
import type { SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import { addNoise, minSnrWeight, snr, velocity } from "../process/noise-schedule.js";
import { noiseScheduleOf, readSchedulerConfig } from "../samplers/scheduler-config.js";
import { compareTensors, type FixtureCheck, type Tolerance } from "./fixture-check.js";

/** γ of the stored Min-SNR weights. */
const gamma = 5;
const relativeTolerance: Tolerance = (scale) => 1e-5 * scale;

/** Whether a file is laid out as a noise fixture. */
export function isNoiseFixture(file: SafetensorsFile): boolean {
  return ["alphas_cumprod", "x0", "noise", "t"].every((name) => file.entries.has(name));
}

/**
 * Compares ᾱ, noisy samples, velocities, SNR and Min-SNR weights with the stored ones.
 * @throws AtelierError `format` for metadata that is no JSON, `config` for no known schedule.
 */
export async function verifyNoiseFixture(
  name: string,
  file: SafetensorsFile,
): Promise<FixtureCheck[]> {
  const json = parsePythonJson(file.metadata.get("config") ?? "", `${name}: config`);
  const schedule = noiseScheduleOf(
    readSchedulerConfig(json, { className: "DDPMScheduler" }).config,
  );
  const [x0, noise] = [await file.readFloat32("x0"), await file.readFloat32("noise")];
  const timesteps = Array.from((await file.read("t")).data, Number);
  const perTimestep = (value: (t: number) => number): FloatTensor =>
    floatTensor(timesteps.map(value), [timesteps.length]);
  const forward = { x0: x0.data, noise: noise.data, timesteps };
  const weight = (predictionType: "epsilon" | "v_prediction") =>
    perTimestep((t) => minSnrWeight(schedule, t, { gamma, predictionType }));
  const results: Readonly<Record<string, FloatTensor>> = {
    alphas_cumprod: floatTensor(schedule.alphasCumprod, [schedule.numTrainTimesteps]),
    noisy: floatTensor(addNoise(schedule, forward), x0.shape),
    velocity: floatTensor(velocity(schedule, forward), x0.shape),
    snr: perTimestep((t) => snr(schedule, t)),
    min_snr5_eps: weight("epsilon"),
    min_snr5_v: weight("v_prediction"),
  };
  const stored = Object.entries(results).filter(([key]) => file.entries.has(key));
  return Promise.all(
    stored.map(async ([key, actual]) => {
      const expected = await file.readFloat32(key);
      return compareTensors(`${name} ${key}`, { actual, expected }, relativeTolerance);
    }),
  );
}
