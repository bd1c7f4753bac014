/**
 * @file The rate of the fast probe, and after how many steps it is expected to be best. A third of the rate that breaks a
 * training is as fast as can be, and often far too fast: where what the base knew counts, the best moment may lie within
 * a few steps of it, too few to be looked at. The range test has passed that moment, and the sum of its rates until
 * then says how slow is slow enough.
 */

import { learningRateSchedule } from "../train/plan/learning-rate.js";
import { bestOf } from "./measure-probe.js";
import type { ProbeRecord } from "./probe.js";
import { rateOfProbe } from "./probe-config.js";
import type { TuneSettings } from "./settings.js";

/** The highest rate is that which breaks the training, over this. */
export const fastDivisor = 3;

/**
 * The sum of rates up to a range test's best moment is spread over so many steps: at a constant rate the best moment
 * comes several times later, since a rate that rises forgets more at its end.
 */
const stepsOfSum = 6;

/** Looks behind the best one of a range test at which pictures in training were better still: it was not the rate. */
const looksPast = 2;

/** What the fast probe is to be. */
export interface FastProbe {
  readonly learningRate: number;
  /** After which it is expected to be best. */
  readonly expectedSteps: number;
  /** A higher rate is not tried. */
  readonly highestRate: number;
}

/** Follows from the range test. @returns nothing where it has found no limit */
export function fastProbe(settings: TuneSettings, range: ProbeRecord): FastProbe | undefined {
  if (range.limit === undefined) return undefined;
  const sum = bestSumOf(settings, range) ?? usualRateSum(settings);
  const highest = range.limit.rate / fastDivisor;
  // With as many digits as a person wants to read.
  const learningRate = Number(Math.min(highest, sum / stepsOfSum).toPrecision(3));
  const steps = expectedSteps(sum, learningRate);
  return { learningRate, expectedSteps: steps, highestRate: Math.max(highest, learningRate) };
}

/** After how many steps a training at the usual rate is expected to be best, before anything is known. */
export function usualSteps(settings: TuneSettings): number {
  return expectedSteps(usualRateSum(settings), settings.config.learningRate);
}

const expectedSteps = (sum: number, rate: number): number => Math.max(1, Math.round(sum / rate));

/** The sum of rates up to the best look of a range test, where that has passed before its rate became too high. */
function bestSumOf(settings: TuneSettings, { plan, points }: ProbeRecord): number | undefined {
  const best = bestOf(points);
  if (best === undefined || best.cost >= 0) return undefined;
  const later = points.filter(({ step, train }) => step > best.step && train < best.train);
  const isPast = later.length >= looksPast;
  return isPast ? sumTo(best.step, (step) => rateOfProbe(settings, plan, step)) : undefined;
}

/** The sum of all rates of the settings as they are: how far they train. */
function usualRateSum({ config }: TuneSettings): number {
  const { schedule, learningRate, steps } = config;
  return sumTo(steps, learningRateSchedule({ ...schedule, learningRate, steps }));
}

const sumTo = (last: number, rateAt: (step: number) => number): number =>
  Array.from({ length: last }, (_, index) => rateAt(index + 1)).reduce((a, b) => a + b, 0);
