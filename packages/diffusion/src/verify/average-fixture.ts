/**
 * @file Checks a fixture of a moving average: its decay and value after each step, `decay<s>` and
 * `shadow<s>`, where the parameter is s + 1 at step s (from 0). The settings are in its metadata.
 */

import {
  type AverageOptions,
  allocateVectors,
  averageDecay,
  type FloatTensor,
  floatTensor,
  internalError,
  requireFloats,
} from "@atelier/engine";
import { z } from "zod";
import { parsePythonJson } from "../core/python-json.js";
import type { SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import { compareTensors, type FixtureCheck, type Tolerance, worstOf } from "./fixture-check.js";

const relativeTolerance: Tolerance = (scale) => 1e-6 * scale;

/** Settings by the names of diffusers' EMAModel. */
const settings = z.object({
  decay: z.number().optional(),
  min_decay: z.number().optional(),
  update_after_step: z.number().optional(),
  use_ema_warmup: z.boolean().optional(),
  inv_gamma: z.number().optional(),
  power: z.number().optional(),
});

/** Whether a file is laid out as a fixture of an average. */
export function isAverageFixture(file: SafetensorsFile): boolean {
  return ["shadow0", "decay0"].every((name) => file.entries.has(name));
}

/**
 * Compares all decays and averages.
 * @throws AtelierError `format` for metadata that is no JSON, `weights` for a missing tensor.
 */
export async function verifyAverageFixture(
  name: string,
  file: SafetensorsFile,
): Promise<FixtureCheck[]> {
  const parsed = settings.safeParse(
    parsePythonJson(file.metadata.get("config") ?? "{}", `${name}: config`),
  );
  if (!parsed.success) {
    return [{ status: "FAIL", name, detail: `config: ${z.prettifyError(parsed.error)}` }];
  }
  const options = averageOptions(parsed.data);
  const decays: FixtureCheck[] = [];
  const averages: FixtureCheck[] = [];
  const compare = async (key: string, actual: FloatTensor) =>
    compareTensors(key, { actual, expected: await file.readFloat32(key) }, relativeTolerance);
  const { shape } = await file.readFloat32("shadow0");
  const type = { dtype: "float32", shape } as const;
  const { tensors, kernels } = allocateVectors([[type, type]]);
  const [average, values] = (tensors[0] ?? []).map((tensor) => requireFloats(tensor).data);
  if (average === undefined || values === undefined) throw internalError("average: no vectors.");
  average.fill(1);
  for (let step = 0; file.entries.has(`shadow${step}`); step++) {
    const decay = averageDecay(step + 1, options);
    kernels.follow(average, values.fill(step + 1), 1 - decay);
    decays.push(await compare(`decay${step}`, floatTensor([decay], [1])));
    averages.push(await compare(`shadow${step}`, floatTensor(average, shape)));
  }
  return [worstOf(`${name} decay`, decays), worstOf(`${name} average`, averages)];
}

function averageOptions(given: z.infer<typeof settings>): AverageOptions {
  const { decay, min_decay, update_after_step, use_ema_warmup, inv_gamma, power } = given;
  return {
    warmup: use_ema_warmup === true ? "power" : "linear",
    ...(decay !== undefined && { decay }),
    ...(min_decay !== undefined && { minDecay: min_decay }),
    ...(update_after_step !== undefined && { updateAfterStep: update_after_step }),
    ...(inv_gamma !== undefined && { invGamma: inv_gamma }),
    ...(power !== undefined && { power }),
  };
}
