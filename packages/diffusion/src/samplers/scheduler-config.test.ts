/** @file Scheduler configs, against the defaults of diffusers' classes. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsePythonJson } from "../core/python-json.js";
import { fixture } from "../testing/fixtures.js";
import { parseSchedulerLoops } from "../verify/scheduler-loops.js";
import { flowScheduleOf } from "./flow-plan.js";
import { samplerNames, schedulerForSampler } from "./sampler-names.js";
import { classDefaults, schedulerClassNames } from "./scheduler-classes.js";
import { readSchedulerConfig } from "./scheduler-config.js";
import { isField } from "./scheduler-fields.js";

const flowEuler = "FlowMatchEulerDiscreteScheduler";
const text = (name: string) => readFileSync(fixture("samplers", name), "utf8");
/** Fields by which a picture's size moves σ: pipelines read them beside any scheduler, here they are its own. */
const ofSize = ["base_shift", "max_shift", "base_image_seq_len", "max_image_seq_len"];
/** Whether a class has other fields here than in diffusers. */
const hasMore = (name: string) => name === "FlowMatchHeunDiscreteScheduler";

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
    const theirs = reference[name] ?? {};
    const own = Object.entries(ours).filter(([key]) => key in theirs || !ofSize.includes(key));
    if (hasMore(name)) expect(ours).toMatchObject(theirs);
    else expect(Object.fromEntries(own)).toEqual(theirs);
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

  it.each(schedulerClassNames.filter((name) => !name.startsWith("Flow")))(
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
    expect(() => readSchedulerConfig({ _class_name: "FlowMatchLCMScheduler" })).toThrow(
      /one of DDIMScheduler, .*DEISMultistepScheduler, .*got "FlowMatchLCMScheduler"/,
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

  const flow = { use_flow_sigmas: true, prediction_type: "flow_prediction" };
  const solver = "DPMSolverMultistepScheduler";

  it.each([
    [
      { use_flow_sigmas: true },
      "DEISMultistepScheduler",
      /expected use_flow_sigmas false, got true/,
    ],
    [{ use_flow_sigmas: true }, solver, /expected prediction_type flow_prediction .* got epsilon/],
    [{ prediction_type: "flow_prediction" }, solver, /expected a schedule of flow matching/],
    [{ prediction_type: "flow_prediction" }, "DDIMScheduler", /got that of DDPM/],
    [{ use_dynamic_shifting: true }, solver, /use_dynamic_shifting: expected false/],
    [
      { ...flow, use_karras_sigmas: true },
      solver,
      /expected no σ spacing .* got use_karras_sigmas/,
    ],
    [{ ...flow, final_sigmas_type: "sigma_min" }, solver, /expected final_sigmas_type zero/],
    [{ ...flow, predict_x0: false }, "UniPCMultistepScheduler", /got zero and false/],
    [{ invert_sigmas: true }, flowEuler, /invert_sigmas: expected false, got true/],
    [{ stochastic_sampling: true }, flowEuler, /stochastic_sampling: expected false, got true/],
    [{ rescale_betas_zero_snr: true }, flowEuler, /begins with pure noise as it is/],
    [{ use_dynamic_shifting: true, max_image_seq_len: 256 }, flowEuler, /got 256 twice/],
    [{ use_karras_sigmas: true, use_beta_sigmas: true }, flowEuler, /expected one σ spacing/],
    [{ shift: -1 }, flowEuler, /shift: expected a number from 0.001 to 1000, got -1/],
  ])("refuses %j of %s", (fields, className, message) => {
    expect(() => readSchedulerConfig(fields, { className })).toThrow(message);
  });

  it("reads what a model of flow matching predicts from its class", () => {
    const { config } = readSchedulerConfig({ _class_name: flowEuler, shift: 3 });
    expect(config).toMatchObject({ shift: 3, prediction_type: "flow_prediction" });
    expect(flowScheduleOf(config).shift).toBe(3);
    // A shift by size is for sampling alone.
    const dynamic = readSchedulerConfig({
      _class_name: flowEuler,
      shift: 3,
      use_dynamic_shifting: true,
    });
    expect(flowScheduleOf(dynamic.config).shift).toBe(1);
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

describe("schedulerForSampler of flow matching", () => {
  const named = parseSchedulerLoops(text("flow.json")).filter(({ test }) =>
    test.startsWith("named::"),
  );
  /** scheduler_config.json of SD 3, which names fields that only one class has. */
  const sd3 = { _class_name: flowEuler, num_train_timesteps: 1000, shift: 3 };

  it.each(named)("gives $test the config that the diffusers loop had", ({ test, ...entry }) => {
    const own = { ...entry.config, _class_name: flowEuler, use_flow_sigmas: false };
    const model = { ...own, prediction_type: undefined, use_karras_sigmas: false };
    const plain = { ...model, use_exponential_sigmas: false, use_beta_sigmas: false };
    const given = Object.entries(plain).filter(
      ([, value]) => value !== undefined && value !== false,
    );
    const found = schedulerForSampler(test.replace("named::", ""), Object.fromEntries(given));
    const expected = readSchedulerConfig(entry.config, { className: entry.scheduler });
    expect(found.className).toBe(entry.scheduler);
    // The model's static shift, of no effect beside the dynamic one, goes by two names.
    expect({ ...found.config, flow_shift: 1 }).toEqual({ ...expected.config, flow_shift: 1 });
  });

  it("carries a model's shift from class to class", () => {
    for (const name of ["dpmpp_2m", "unipc"]) {
      const { config } = schedulerForSampler(name, sd3);
      expect(config).toMatchObject({ flow_shift: 3, use_flow_sigmas: true });
    }
    const solver = { _class_name: "UniPCMultistepScheduler", flow_shift: 5 };
    const flow = { ...solver, use_flow_sigmas: true, prediction_type: "flow_prediction" };
    expect(schedulerForSampler("heun", flow).config).toMatchObject({ shift: 5 });
  });

  it.each(["ddim", "euler_a", "dpmpp_2m_karras", "EulerDiscreteScheduler"])(
    "refuses %s",
    (name) => {
      expect(() => schedulerForSampler(name, sd3)).toThrow(
        new RegExp(`expected one of euler, .*unipc, got "${name}"`),
      );
    },
  );
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
