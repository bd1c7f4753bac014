/** @file Scheduler configs, against the defaults of diffusers' classes. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsePythonJson } from "../core/python-json.js";
import { fixture } from "../testing/fixtures.js";
import { parseSchedulerLoops } from "../verify/scheduler-loops.js";
import { samplerNames, schedulerForSampler } from "./sampler-names.js";
import { classDefaults, schedulerClassNames } from "./scheduler-classes.js";
import { readSchedulerConfig } from "./scheduler-config.js";
import { isField } from "./scheduler-fields.js";

const text = (name: string) => readFileSync(fixture("samplers", name), "utf8");
/** Fields of diffusers 0.42 that matter only with flow schedules, which are refused. */
const ofFlow = ["flow_shift", "time_shift_type", "shift_terminal"];

/** scheduler_config.json of Stable Diffusion 1.x. */
const stableDiffusion = {
  _class_name: "PNDMScheduler",
  _diffusers_version: "0.6.0",
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  beta_start: 0.00085,
  clip_sample: false,
  num_train_timesteps: 1000,
  set_alpha_to_one: false,
  skip_prk_steps: true,
  steps_offset: 1,
  trained_betas: null,
};

describe("class defaults", () => {
  // Sound: the fixture's script writes an object of classes, each an object of fields.
  const reference = parsePythonJson(text("defaults.json")) as Record<
    string,
    Record<string, unknown>
  >;

  it.each(schedulerClassNames)("of %s are diffusers'", (name) => {
    const ours: Readonly<Record<string, unknown>> = { ...classDefaults[name] };
    const theirs = Object.entries(reference[name] ?? {}).filter(([key]) => !ofFlow.includes(key));
    expect(ours).toEqual(Object.fromEntries(theirs));
    expect(Object.keys(ours).every(isField)).toBe(true);
  });
});

describe("readSchedulerConfig", () => {
  it("reads the file of Stable Diffusion 1.x", () => {
    const { className, config, ignored, unknown } = readSchedulerConfig(stableDiffusion);
    expect(className).toBe("PNDMScheduler");
    expect(config).toMatchObject({ beta_start: 0.00085, skip_prk_steps: true, steps_offset: 1 });
    // PNDM has no clip_sample in diffusers either; the file carries it for DDIM.
    expect(ignored).toEqual(["clip_sample"]);
    expect(config.clip_sample).toBe(false);
    expect(unknown).toEqual([]);
  });

  it("reports fields that nobody knows, and forgets private ones", () => {
    const { unknown } = readSchedulerConfig({ ...stableDiffusion, betaStart: 1, constructor: 2 });
    expect(unknown).toEqual(["betaStart", "constructor"]);
  });

  it("does not let one class read what only another has", () => {
    const json = { _class_name: "HeunDiscreteScheduler", set_alpha_to_one: false };
    const { config, ignored } = readSchedulerConfig(json);
    expect(config.set_alpha_to_one).toBe(true);
    expect(ignored).toEqual(["set_alpha_to_one"]);
  });

  it.each(schedulerClassNames)(
    "refuses ε where the schedule of %s ends without a signal, and takes v",
    (className) => {
      const json = { _class_name: "DDIMScheduler", rescale_betas_zero_snr: true };
      const read = (prediction_type: string) =>
        readSchedulerConfig({ ...json, prediction_type }, { className });
      expect(() => read("epsilon")).toThrow("got epsilon, which says nothing of the picture");
      expect(read("v_prediction").className).toBe(className);
    },
  );

  it("names the known classes for one that it does not know", () => {
    expect(() => readSchedulerConfig({ _class_name: "FlowMatchEulerDiscreteScheduler" })).toThrow(
      /one of DDIMScheduler, .*DEISMultistepScheduler, got "FlowMatchEulerDiscreteScheduler"/,
    );
    expect(() => readSchedulerConfig({})).toThrow("_class_name");
    expect(() => readSchedulerConfig([1])).toThrow("expected a JSON object, got [1]");
  });

  it("lists all wrong values at once", () => {
    const wrong = {
      ...stableDiffusion,
      beta_start: "0.1",
      steps_offset: -1,
      beta_schedule: "cosine",
    };
    expect(() => readSchedulerConfig(wrong)).toThrow(
      /beta_schedule: .*beta_start: .*steps_offset: /,
    );
  });

  it.each([
    ["use_beta_sigmas", "EulerDiscreteScheduler"],
    ["use_flow_sigmas", "UniPCMultistepScheduler"],
  ])("refuses %s, which no sampler here follows", (field, className) => {
    expect(() => readSchedulerConfig({ [field]: true }, { className })).toThrow(
      `${field}: expected false, got true`,
    );
  });

  it("refuses two spacings of σ and an ε solver that ends at σ = 0", () => {
    const className = "DPMSolverMultistepScheduler";
    const both = { use_karras_sigmas: true, use_lu_lambdas: true };
    expect(() => readSchedulerConfig(both, { className })).toThrow("expected one σ spacing");
    const solver = { algorithm_type: "dpmsolver" };
    expect(() => readSchedulerConfig(solver, { className })).toThrow("cannot reach σ = 0");
  });

  it("translates solver types that another class left in the file", () => {
    const json = { algorithm_type: "deis", solver_type: "logrho" };
    const { config } = readSchedulerConfig(json, { className: "DPMSolverMultistepScheduler" });
    expect(config).toMatchObject({ algorithm_type: "dpmsolver++", solver_type: "midpoint" });
  });
});

describe("schedulerForSampler", () => {
  const named = parseSchedulerLoops(text("variants.json")).filter(({ test }) =>
    test.startsWith("named::"),
  );

  it.each(named)("gives $test the config that the diffusers loop had", (entry) => {
    const name = entry.test.replace("named::", "");
    const expected = readSchedulerConfig(entry.config, { className: entry.scheduler });
    expect(schedulerForSampler(name, stableDiffusion)).toEqual(expected);
  });

  it("has a diffusers loop for every name but LMS, whose oracle needs SciPy", () => {
    const names = named.map(({ test }) => test.replace("named::", ""));
    expect([...names, "lms", "lms_karras"].sort()).toEqual([...samplerNames].sort());
  });

  it("takes class names, and lets options win over the name's own", () => {
    const byClass = schedulerForSampler("DDIMScheduler", stableDiffusion);
    expect(byClass).toEqual(schedulerForSampler("ddim", stableDiffusion));
    const plain = { use_karras_sigmas: false };
    expect(schedulerForSampler("dpmpp_2m_karras", stableDiffusion, plain)).toEqual(
      schedulerForSampler("dpmpp_2m", stableDiffusion, plain),
    );
  });

  it("names the samplers for a name that it does not know", () => {
    expect(() => schedulerForSampler("dpm++", stableDiffusion)).toThrow(
      /one of ddim, .*got "dpm\+\+"/,
    );
  });
});
