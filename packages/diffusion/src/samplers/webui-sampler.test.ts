/** @file The web UI's names of samplers, of its version 1.9 and later. */

import { describe, expect, it } from "vitest";
import { samplerNames, schedulerForSampler } from "./sampler-names.js";
import { readSchedulerConfig } from "./scheduler-config.js";
import { webuiSampler } from "./webui-sampler.js";

const base = { _class_name: "PNDMScheduler", beta_schedule: "scaled_linear" };
const nameOf = (sampler: string) => webuiSampler(schedulerForSampler(sampler, base));

describe("webuiSampler", () => {
  // From the lists of samplers and schedules of the web UI; DPM++ 2M is Karras there unless it says otherwise.
  it.each([
    ["ddim", "DDIM", undefined],
    ["pndm", "PLMS", undefined],
    ["lcm", "LCM", undefined],
    ["euler", "Euler", undefined],
    ["euler_karras", "Euler", "Karras"],
    ["euler_a", "Euler a", undefined],
    ["heun", "Heun", undefined],
    ["heun_karras", "Heun", "Karras"],
    ["lms", "LMS", undefined],
    ["lms_karras", "LMS", "Karras"],
    ["dpmpp_2m", "DPM++ 2M", "Uniform"],
    ["dpmpp_2m_karras", "DPM++ 2M", "Karras"],
    ["dpmpp_2m_sde", "DPM++ 2M SDE", "Uniform"],
    ["dpmpp_2m_sde_karras", "DPM++ 2M SDE", "Karras"],
    ["unipc", "UniPC", undefined],
    ["unipc_karras", "UniPC", "Karras"],
    // What it lacks keeps its name.
    ["ddpm", "ddpm", undefined],
    ["dpmpp_single", "dpmpp_single", undefined],
    ["dpmpp_single_karras", "dpmpp_single", "Karras"],
    ["deis", "deis", undefined],
    ["deis_karras", "deis", "Karras"],
  ])("calls %s %s, %s", (own, sampler, scheduleType) => {
    expect(nameOf(own)).toEqual({ sampler, ...(scheduleType && { scheduleType }) });
  });

  it("has a name for every sampler", () => {
    for (const name of samplerNames) expect(nameOf(name).sampler).not.toMatch(/Scheduler$/);
  });

  it.each([
    [{ _class_name: "DDIMScheduler" }, { sampler: "DDIM" }],
    [
      { _class_name: "EulerDiscreteScheduler", use_karras_sigmas: true },
      { sampler: "Euler", scheduleType: "Karras" },
    ],
    [
      { _class_name: "DPMSolverMultistepScheduler", use_exponential_sigmas: true },
      { sampler: "DPM++ 2M", scheduleType: "Exponential" },
    ],
    [
      {
        _class_name: "DPMSolverMultistepScheduler",
        algorithm_type: "sde-dpmsolver++",
        solver_order: 3,
      },
      { sampler: "DPM++ 3M SDE", scheduleType: "Uniform" },
    ],
    [
      { _class_name: "DPMSolverMultistepScheduler", solver_order: 3 },
      { sampler: "DPMSolverMultistepScheduler" },
    ],
  ])("reads a base's own scheduler: %j", (json, expected) => {
    expect(webuiSampler(readSchedulerConfig(json))).toEqual(expected);
  });
});
