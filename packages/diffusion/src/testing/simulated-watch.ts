/**
 * @file Histories of watched trainings with a known truth: mean log-ratios by look, and around them the deviations
 * that a pilot run has measured: pictures that drift apart, rows that scatter, and less change at late timesteps.
 */

import { createTorchGenerator } from "@atelier/engine";
import type { ProbeRow, WatchHistory } from "../verdicts/history.js";

/** Truth of a simulated training, by look. */
export interface SimulatedTruth {
  readonly steps: readonly number[];
  /** Mean log-ratios of pictures that are not trained on. */
  readonly learned: readonly number[];
  readonly train: readonly number[];
  /** Excess loss of other things and of the class; where absent it is not measured. */
  readonly generic?: readonly number[];
  readonly class?: readonly number[];
}

/** How it is measured. */
export interface SimulatedWatch {
  readonly seed: number;
  readonly bank?: "held-out" | "echo";
  /** Pictures held out or echoed; 1 by default. */
  readonly pictures?: number;
  /** Rows of each of them; 16 by default, two noises at each of 8 timesteps. */
  readonly rows?: number;
  /**
   * Standard deviation between pictures of their changes over a fifth of the steps, as between looks of the pilot:
   * pictures part as a random walk does.
   */
  readonly drift?: number;
  /** Standard deviation between rows of one picture of their changes from look to look. */
  readonly noise?: number;
  /** Standard deviation between latents of the logarithm of what they move by; 0.4 by default. */
  readonly spread?: number;
  /** Steps that the run is to have; by default those of its last look. */
  readonly of?: number;
  /** Pictures that it trains on; by default 2, which are too few to tell what others gain. */
  readonly trained?: number;
}

/**
 * A history of that truth, measured so. The same seed gives the same; without noise it is the truth of the very
 * pictures that it has with noise.
 */
export function simulatedWatch(truth: SimulatedTruth, watch: SimulatedWatch): WatchHistory {
  const { seed, bank = "held-out", pictures = 1, rows = 16, spread = 0.4 } = watch;
  const generator = createTorchGenerator(seed);
  const normal = () => generator.randn(1)[0] ?? 0;
  const pictureBank = (of: readonly ProbeRow[], levels: readonly number[]) => ({
    rows: of,
    ratios: learnedRatios(of, { ...watch, steps: truth.steps, levels, normal }),
  });
  const drawnBank = (of: readonly ProbeRow[], shares: readonly number[] | undefined) =>
    shares && { rows: of, ratios: movedRatios(of, { shares, spread, normal }) };
  const prompted = rowsOf(8, 1).map((row) => ({ ...row, picture: "a robot" }));
  const banks = {
    [bank]: pictureBank(rowsOf(pictures, rows), truth.learned),
    train: pictureBank(rowsOf(8, 1), truth.train),
    generic: drawnBank(rowsOf(16, 1), truth.generic),
    class: drawnBank(prompted, truth.class),
  };
  const present = Object.entries(banks).flatMap(([name, values]) => {
    if (values === undefined) return [];
    const losses = values.rows.map(() => 0.2 * Math.exp(0.37 * normal()));
    return [{ name, ...values, losses }];
  });
  const byBank = <T>(of: (bank: (typeof present)[number]) => T) =>
    Object.fromEntries(present.map((each) => [each.name, of(each)]));
  return {
    banks: byBank((each) => each.rows),
    start: byBank(({ losses }) => losses),
    looks: truth.steps.map((step, look) => ({
      step,
      rows: byBank(({ ratios, losses }) =>
        losses.map((loss, row) => loss * (ratios[look]?.[row] ?? Number.NaN)),
      ),
      gradNorm: { median: 0.1, largest: 0.3 },
    })),
    steps: watch.of ?? truth.steps.at(-1) ?? 0,
    trainedPictures: watch.trained ?? 2,
  };
}

interface Learning extends Pick<SimulatedWatch, "drift" | "noise"> {
  readonly steps: readonly number[];
  readonly levels: readonly number[];
  readonly normal: () => number;
}

/** Losses over those at the start, by look and row. */
function learnedRatios(
  rows: readonly ProbeRow[],
  { drift = 0.05, noise = 0.045, steps, levels, normal }: Learning,
): readonly (readonly number[])[] {
  const fifth = (steps.at(-1) ?? 1) / 5;
  const apart = new Map(rows.map(({ picture }) => [picture, 0]));
  return levels.map((level, look) => {
    const since = (steps[look] ?? 0) - (steps[look - 1] ?? 0);
    for (const [picture, so] of apart) {
      apart.set(picture, so + drift * Math.sqrt(since / fifth) * normal());
    }
    return rows.map(({ picture, time }) => {
      // A change between looks has the noise of both.
      const scatter = (noise / Math.SQRT2) * normal();
      return Math.exp(level * shareAt(time) + (apart.get(picture) ?? 0) + scatter);
    });
  });
}

interface Moving {
  readonly shares: readonly number[];
  readonly spread: number;
  readonly normal: () => number;
}

/** Distances over losses at the start, by look and row: how much more a latent moves than others, it always does. */
function movedRatios(
  rows: readonly ProbeRow[],
  { shares, spread, normal }: Moving,
): readonly (readonly number[])[] {
  const own = rows.map(() => Math.exp(spread * normal() - spread ** 2 / 2));
  return shares.map((share) => own.map((factor) => share * factor));
}

/** Rows at timesteps that are spread evenly, of each picture; noises of a and b by turns. */
function rowsOf(pictures: number, each: number): readonly ProbeRow[] {
  const times = each === 1 ? pictures : Math.max(1, each / 2);
  return Array.from({ length: pictures * each }, (_, index): ProbeRow => {
    const place = each === 1 ? index : Math.floor((index % each) / 2);
    return {
      picture: `picture-${Math.floor(index / each)}`,
      time: Math.round((1000 * (place + 0.5)) / times),
      half: index % 2 === 0 ? "a" : "b",
    };
  });
}

/** Late timesteps change little; together all change as the mean does. */
function shareAt(time: number): number {
  return 1.5 - time / 1000;
}

/** Looks of a run, each 1.3 times as far as the one before. */
const looks = [20, 26, 34, 44, 57, 74, 97, 126, 163, 200];

/** The pilot run: four pictures, LoRA, 200 steps. */
const pilotLooks: SimulatedTruth = {
  steps: [20, 60, 100, 140, 200],
  learned: [-0.23, -0.33, -0.38, -0.34, -0.26],
  train: [-0.27, -0.43, -0.58, -0.69, -0.83],
  generic: [0.008, 0.03, 0.06, 0.09, 0.14],
  class: [0.07, 0.19, 0.32, 0.41, 0.57],
};

const levels = (of: (look: number) => number) => looks.map((_, look) => of(look));

/** Names of {@link simulatedTruths}. */
export type SimulatedTruthName =
  | "pilot"
  | "closePilot"
  | "pilotOfForty"
  | "flat"
  | "steady"
  | "enough";

/** Runs with a truth of their own. */
export const simulatedTruths: Readonly<Record<SimulatedTruthName, SimulatedTruth>> = {
  /** Of one held-out picture, as the pilot has measured it. */
  pilot: pilotLooks,
  /** The pilot with as many looks as a watch takes. */
  closePilot: closely(pilotLooks),
  /** The same for the mean of forty new pictures. */
  pilotOfForty: closely({ ...pilotLooks, learned: [-0.24, -0.36, -0.44, -0.45, -0.42] }),
  /** Nothing is learned, although weights move. */
  flat: { steps: looks, learned: levels(() => 0), train: levels(() => 0) },
  /** All improves to the end. */
  steady: {
    steps: looks,
    learned: levels((look) => -0.1 - 0.025 * look),
    train: levels((look) => -0.1 - 0.04 * look),
  },
  /** Improves, and then no more; pictures in training go on to. */
  enough: {
    steps: looks,
    learned: levels((look) => -0.4 * (1 - Math.exp(-look - 1))),
    train: levels((look) => -0.2 - 0.06 * look),
  },
};

/** Values between a run's looks, in proportion. */
function closely(truth: SimulatedTruth): SimulatedTruth {
  const at = (values: readonly number[] = []) =>
    looks.map((step) => {
      const after = truth.steps.findIndex((each) => each >= step);
      const [from, to] = [truth.steps[after - 1] ?? 0, truth.steps[after] ?? step];
      const [low, high] = [values[after - 1] ?? 0, values[after] ?? 0];
      return low + ((high - low) * (step - from)) / (to - from);
    });
  const { learned, train, generic, class: ofClass } = truth;
  return {
    steps: looks,
    learned: at(learned),
    train: at(train),
    generic: at(generic),
    class: at(ofClass),
  };
}
