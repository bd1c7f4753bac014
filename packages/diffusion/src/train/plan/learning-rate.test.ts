/** @file Learning rates step by step, against those of diffusers and transformers. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scheduleSection } from "../config/schedule-section.js";
import { learningRateSchedule, type ScheduleOptions } from "./learning-rate.js";

/** Rates of all steps as diffusers 0.42 gives them: `get_scheduler(name, optimizer, warm-up, steps, power=…)`. */
const references: readonly (readonly [Readonly<Record<string, unknown>>, readonly number[]])[] = [
  [
    { name: "constant", learningRate: 1e-4, steps: 8, warmupSteps: 5 },
    [0, 2e-5, 4e-5, 6e-5, 8e-5, 1e-4, 1e-4, 1e-4],
  ],
  [
    { name: "linear", learningRate: 1e-3, steps: 7 },
    [
      0.001, 0.0008571428571428571, 0.0007142857142857143, 0.0005714285714285714,
      0.00042857142857142855, 0.0002857142857142857, 0.00014285714285714284,
    ],
  ],
  [
    { name: "cosine", learningRate: 2e-4, steps: 20, warmupSteps: 3 },
    [
      0, 6.666666666666667e-5, 0.00013333333333333334, 0.0002, 0.0001982973099683902,
      0.00019324722294043558, 0.00018502171357296144, 0.00017390089172206592,
      0.00016026346363792567, 0.00014457383557765386, 0.0001273662990072083, 0.00010922683594633021,
      9.077316405366981e-5, 7.263370099279172e-5, 5.542616442234618e-5, 3.973653636207437e-5,
      2.6099108277934103e-5, 1.4978286427038601e-5, 6.75277705956443e-6, 1.7026900316098215e-6,
    ],
  ],
  [
    { name: "polynomial", learningRate: 1e-3, steps: 20, power: 2.5 },
    [
      0.001, 0.000879660224800047, 0.000768456628073774, 0.000666145475830707,
      0.0005724761588997222, 0.0004871905756997839, 0.0004100224166603968, 0.00034069632682662716,
      0.0002789269154468413, 0.00022441757023422036, 0.00017685901762710723, 0.00013592754552014887,
      0.00010128276583687562, 7.256473014523598e-5, 4.939010067244742e-5, 3.1346875e-5,
      1.7986754965616306e-5, 8.813341107713795e-6, 3.2619614324023607e-6, 6.589610926755112e-7,
    ],
  ],
  [
    { name: "polynomial", learningRate: 1e-3, steps: 8, warmupSteps: 4 },
    [0, 0.00025, 0.0005, 0.00075, 0.001, 0.000750025, 0.00050005, 0.000250075],
  ],
];

/** The same of `get_scheduler` in diffusers and, with a floor, in transformers. */
const stored = JSON.parse(
  readFileSync(
    new URL("../../../../../test/fixtures/optimizers/schedules.json", import.meta.url),
    "utf8",
  ),
  // Made by test/parity in this form; another one only fails tests.
) as readonly {
  readonly options: {
    readonly name: string;
    readonly num_cycles?: number;
    readonly power?: number;
    readonly scheduler_specific_kwargs?: { readonly min_lr_rate: number };
  };
  readonly steps: number;
  readonly warmupSteps: number;
  readonly learningRate: number;
  readonly rates: readonly number[];
}[];

/** A schedule from some of its options, the others by default. */
function schedule({
  learningRate = 1e-4,
  steps = 10,
  ...options
}: Readonly<Record<string, unknown>>) {
  // The tests below give numbers.
  const run = { learningRate, steps } as Pick<ScheduleOptions, "learningRate" | "steps">;
  return learningRateSchedule({ ...scheduleSection.parse(options), ...run });
}

function expectRates(rateAt: (step: number) => number, expected: readonly number[]): void {
  expect(expected.length).toBeGreaterThan(4);
  for (const [index, rate] of expected.entries()) {
    expect(Math.abs(rateAt(index + 1) - rate)).toBeLessThanOrEqual(1e-12 * rate);
  }
}

describe("learningRateSchedule", () => {
  it.each(references)("equals diffusers' for %j", (options, expected) => {
    expectRates(schedule(options), expected);
  });

  it.each(stored)("equals the reference's for $options.name, $steps steps", (reference) => {
    const { options, rates, steps, warmupSteps, learningRate } = reference;
    const name = options.name.replace(/_with_(warmup|min_lr)$/, "");
    const rateAt = schedule({
      name,
      learningRate,
      steps,
      warmupSteps,
      ...(options.num_cycles && { cycles: options.num_cycles }),
      ...(options.power && { power: options.power }),
      ...(options.scheduler_specific_kwargs && {
        minRatio: options.scheduler_specific_kwargs.min_lr_rate,
      }),
    });
    expectRates(rateAt, rates);
  });

  it("exponential multiplies by one factor, as PyTorch's ExponentialLR does", () => {
    // torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma) from 2e-5 on, six steps.
    const references = [
      {
        gamma: 1.12,
        rates: [2e-5, 2.24e-5, 2.5088e-5, 2.809856e-5, 3.14703872e-5, 3.5246833664e-5],
      },
      { gamma: 0.5, rates: [2e-5, 1e-5, 5e-6, 2.5e-6, 1.25e-6, 6.25e-7] },
    ];
    for (const { gamma, rates } of references) {
      const run = { learningRate: 2e-5, steps: 6, endRatio: gamma ** 6 };
      expectRates(schedule({ name: "exponential", ...run }), rates);
    }
  });

  it("bends as REX does: (1 − t)/(1/2 + (1 − t)/2), or more with another bend", () => {
    const rateAt = schedule({ name: "rex", learningRate: 1, steps: 4 });
    const expected = [1, 0.75 / 0.875, 0.5 / 0.75, 0.25 / 0.625, 0];
    for (const [index, rate] of expected.entries()) expect(rateAt(index + 1)).toBeCloseTo(rate, 15);
    const late = schedule({ name: "rex", learningRate: 1, steps: 4, bend: 0.9, minRatio: 0.2 });
    expect(late(4)).toBeCloseTo(0.2 + 0.8 * (0.25 / (0.1 + 0.9 * 0.25)), 15);
    expect(late(5)).toBe(0.2);
  });

  it("warms up for a share of the steps as for as many steps", () => {
    const [share, steps] = [{ warmupShare: 0.25 }, { warmupSteps: 5 }].map((warmup) =>
      schedule({ name: "cosine", steps: 20, ...warmup }),
    );
    for (let step = 1; step <= 20; step++) expect(share?.(step)).toBe(steps?.(step));
  });

  it("refuses a warm-up that leaves no steps", () => {
    expect(() => schedule({ warmupSteps: 10 })).toThrow(/warmupSteps: expected fewer than the 10/);
  });

  it("refuses a polynomial that would rise", () => {
    const rising = { name: "polynomial", learningRate: 1e-8 } as const;
    expect(() => schedule(rising)).toThrow(/endLearningRate: expected less than/);
  });
});
