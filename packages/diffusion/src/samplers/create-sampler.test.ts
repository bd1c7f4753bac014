/** @file What every sampler keeps: determinism, and the picture from a perfect model. */

import { createTorchGenerator } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { createSampler, type SamplerOptions } from "./create-sampler.js";
import type { Sampler } from "./sampler.js";
import { samplerNames, schedulerForSampler } from "./sampler-names.js";
import type { SchedulerConfig } from "./scheduler-fields.js";

const stableDiffusion = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  steps_offset: 1,
  skip_prk_steps: true,
  clip_sample: false,
};
const size = 32;

function sampler(
  name: string,
  options: SamplerOptions,
  overrides: Partial<SchedulerConfig> = {},
): Sampler {
  return createSampler(schedulerForSampler(name, stableDiffusion, overrides), options);
}

/** Samples with a model that answers with a fixed fraction of its input. */
function run(one: Sampler, seed: number, start = 0): Float32Array {
  const generator = createTorchGenerator(seed);
  let x: Float32Array = generator.randn(size).map((value) => value * one.initNoiseSigma);
  for (let i = start; i < one.timesteps.length; i += 1) {
    const output = one.scaleInput(x, i).map((value) => value * 0.7);
    x = one.step(output, i, x, generator);
  }
  return x;
}

describe.each(samplerNames)("%s", (name) => {
  it("gives finite samples of the same bits for the same seed, run after run", () => {
    const one = sampler(name, { steps: 6 });
    const first = run(one, 3);
    expect(first.every(Number.isFinite)).toBe(true);
    expect(run(one, 3)).toEqual(first);
    expect(run(sampler(name, { steps: 6 }), 3)).toEqual(first);
    expect(run(one, 4)).not.toEqual(first);
  });

  it("forgets an abandoned run", () => {
    const one = sampler(name, { steps: 6 });
    const expected = run(one, 3);
    one.step(
      new Float32Array(size).fill(5),
      0,
      new Float32Array(size).fill(1),
      createTorchGenerator(0),
    );
    expect(run(one, 3)).toEqual(expected);
  });

  it("recovers the picture from a perfect model, starting at its noise", () => {
    const one = sampler(name, { steps: 8 }, { prediction_type: "sample" });
    const picture = createTorchGenerator(7)
      .randn(size)
      .map((value) => Math.tanh(value));
    const noise = createTorchGenerator(8);
    let x = one.addNoise(picture, noise.randn(size), 0);
    one.timesteps.forEach((_, i) => {
      x = one.step(picture, i, x, noise);
    });
    const errors = x.map((value, i) => Math.abs(value - (picture[i] ?? 0)));
    expect(Math.max(...errors)).toBeLessThan(endsClean.has(name) ? 1e-4 : 0.15);
  });
});

/** Samplers that end at σ = 0, and so at the model's x₀ itself. */
const endsClean: ReadonlySet<string> = new Set(
  samplerNames.filter((name) => !/^(ddim|pndm|ddpm|deis|lcm)/.test(name)),
);

describe("createSampler of flow matching", () => {
  const flux = {
    _class_name: "FlowMatchEulerDiscreteScheduler",
    use_dynamic_shifting: true,
    shift: 3,
  };
  const flow = (name: string, options: SamplerOptions) =>
    createSampler(schedulerForSampler(name, flux), options);

  it.each(["euler", "euler_karras", "heun", "dpmpp_2m", "dpmpp_2m_sde", "unipc"])(
    "%s recovers the picture from a perfect model",
    (name) => {
      const one = flow(name, { steps: 8, tokens: 1024, flowRange: "steps" });
      const picture = createTorchGenerator(7).randn(size);
      const noise = createTorchGenerator(8);
      const epsilon = noise.randn(size);
      let x = one.addNoise(picture, epsilon, 0);
      one.timesteps.forEach((_, i) => {
        const sigma = one.sigmas?.[i] ?? Number.NaN;
        const flowOf = x.map((value, k) => (value - (picture[k] ?? 0)) / sigma);
        x = one.step(flowOf, i, x, noise);
      });
      const errors = x.map((value, i) => Math.abs(value - (picture[i] ?? 0)));
      expect(Math.max(...errors)).toBeLessThan(1e-4);
    },
  );

  it("shifts Heun's σ by the size of the picture as Euler's", () => {
    const options = { steps: 4, tokens: 1024 };
    const [euler, heun] = [flow("euler", options), flow("heun", options)];
    expect([...new Set(heun.timesteps)]).toEqual(euler.timesteps);
  });

  it("refuses steps that do not fit, and a shift by a size that nobody says", () => {
    expect(() => flow("euler", { steps: 0, tokens: 4 })).toThrow("expected from 1 to 1000 steps");
    expect(() => flow("unipc", { steps: 4 })).toThrow(
      "expected the number of the picture's tokens",
    );
    const linear = { ...flux, time_shift_type: "linear" };
    const small = schedulerForSampler("euler", { ...linear, base_image_seq_len: 4000 });
    expect(() => createSampler(small, { steps: 4, tokens: 16 })).toThrow(
      /expected a shift above 0 for a picture of 16 tokens, got -/,
    );
  });
});

describe("createSampler", () => {
  it("spaces DDIM's timesteps as diffusers asserts them", () => {
    expect(sampler("ddim", { steps: 5 }).timesteps).toEqual([801, 601, 401, 201, 1]);
  });

  it("evaluates each step of Heun twice but the last", () => {
    expect(sampler("heun", { steps: 3 }).timesteps).toEqual([999, 499.5, 499.5, 0, 0]);
  });

  it("draws no noise for DDIM unless η asks for it", () => {
    const one = sampler("ddim", { steps: 2 });
    const x = Float32Array.of(1);
    const [mean = 0] = one.step(x, 0, x, { randn: () => expect.unreachable("noise was drawn") });
    const random = sampler("ddim", { steps: 2, eta: 1 });
    const [drawn = 0] = random.step(x, 0, x, { randn: () => Float32Array.of(100) });
    // Both from diffusers.
    expect(mean).toBeCloseTo(0.3242740333080292, 6);
    expect(drawn).toBeCloseTo(4.410634994506836, 6);
  });

  it("thresholds every sample of a batch by itself", () => {
    const options = {
      thresholding: true,
      sample_max_value: 10,
      prediction_type: "sample",
    } as const;
    const first = Float32Array.of(4, -3, 2, 1);
    const second = Float32Array.of(0.5, 0.25, -0.5, 0.125);
    const noise = createTorchGenerator(0);
    const alone = sampler("ddim", { steps: 2 }, options).step(first, 1, first, noise);
    const both = Float32Array.of(...first, ...second);
    const batch = sampler("ddim", { steps: 2, batchSize: 2 }, options).step(both, 1, both, noise);
    expect(batch.subarray(0, 4)).toEqual(alone);
  });

  it("refuses steps that do not fit, and says how many do", () => {
    expect(() => sampler("euler", { steps: 0 })).toThrow("expected from 1 to 1000 steps");
    expect(() => sampler("euler", { steps: 2.5 })).toThrow("got 2.5");
    expect(() => sampler("ddim", { steps: 1001 })).toThrow("got 1001");
    expect(() => sampler("lcm", { steps: 51 })).toThrow("1 to 50 steps (original_inference_steps)");
    expect(() => sampler("ddim", { steps: 1000 })).toThrow("Use fewer steps");
    expect(() => sampler("pndm", { steps: 3 }, { skip_prk_steps: false })).toThrow("at least 4");
  });

  it("refuses ε at zero terminal SNR, where there is nothing to recover it from", () => {
    const zero = { rescale_betas_zero_snr: true, timestep_spacing: "trailing" } as const;
    expect(() => sampler("ddim", { steps: 4 }, zero)).toThrow("expected v_prediction or sample");
    const velocity = { ...zero, prediction_type: "v_prediction" } as const;
    expect(run(sampler("ddim", { steps: 4 }, velocity), 1).every(Number.isFinite)).toBe(true);
  });

  it("begins a run anywhere but inside a step of several evaluations", () => {
    expect(run(sampler("euler", { steps: 4 }), 1, 2).every(Number.isFinite)).toBe(true);
    expect(run(sampler("heun", { steps: 4 }), 1, 2).every(Number.isFinite)).toBe(true);
    expect(() => run(sampler("heun", { steps: 4 }), 1, 1)).toThrow("got evaluation 1 inside one");
    const rungeKutta = sampler("pndm", { steps: 6 }, { skip_prk_steps: false });
    expect(run(rungeKutta, 1, 4).every(Number.isFinite)).toBe(true);
    expect(() => run(rungeKutta, 1, 6)).toThrow("got evaluation 6 inside one");
  });

  it("refuses outputs of another length and evaluations that do not exist", () => {
    const one = sampler("euler", { steps: 2 });
    const noise = createTorchGenerator(0);
    expect(() => one.step(new Float32Array(8), 0, new Float32Array(4), noise)).toThrow(
      "expected a model output of 4 values, as many as the sample has, got 8",
    );
    expect(() => one.step(new Float32Array(4), 2, new Float32Array(4), noise)).toThrow(
      "expected an evaluation from 0 to 1, got 2",
    );
  });
});
