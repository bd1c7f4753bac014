/** @file From where on a state is said to hold: all of it in one place, so that experiments can fit it. */

/** Changes are of mean log-ratios of losses: 0.01 is one per cent of the error. */
export interface Thresholds {
  /** The probability with which a change that is called one is none of chance. */
  readonly certainty: number;
  /** What a few pictures, held out or in training, tell of others like them. */
  readonly others: {
    /** κ, `few` and ρ of the share of what pictures in training gain that others do: see `others.ts`. */
    readonly gain: number;
    readonly few: number;
    readonly most: number;
    /**
     * The standard deviation between pictures that is believed in before any two are seen: of levels as a share of what
     * pictures in training have changed by, of changes since the best look as it is.
     */
    readonly spread: { readonly level: number; readonly change: number };
  };
  /** What each of a look's neighbours counts beside its own 1, when the best look is sought. */
  readonly smoothing: { readonly neighbour: number };
  readonly nothingHappens: {
    /** Not before as many steps, nor before this share of the run. */
    readonly steps: number;
    readonly share: number;
    /** Smaller changes are none; up to `chance` they are none if they may be chance. */
    readonly change: number;
    readonly chance: number;
  };
  readonly learning: { readonly fall: number };
  readonly learnedEnough: {
    /** Looks that together gain less than `gain`, at two looks in a row. */
    readonly looks: number;
    readonly gain: number;
    /** Of fewer pictures it is said, but the run does not end: they tell too little of others. */
    readonly pictures: number;
  };
  readonly overfitting: {
    /** It begins at a worsening of `enter` and ends below one of `leave`. */
    readonly enter: number;
    readonly leave: number;
    /** The probability of saying so at any look of a run that does not worsen. */
    readonly falseAlarms: number;
  };
  readonly forgetting: {
    /** Excess loss of other things, as a share of their loss, that is surely exceeded. */
    readonly generic: number;
    readonly severe: number;
    readonly class: number;
    /** Share of these below which it ends. */
    readonly leave: number;
  };
  readonly diverging: {
    /** Above the best look, in training and out of it, at two looks in a row. */
    readonly rise: number;
    /** Times the usual norm: the median between two looks, or the largest for some looks in a row. */
    readonly gradient: number;
    readonly looks: number;
  };
}

/**
 * Values of one pilot run and of simulations, where nothing else is said; `npm run experiment:verdicts -- --fit` tells
 * what recorded runs would choose, and how flat the choice is (docs/verdicts.md). Below, what 19 runs said: "lost" is the
 * mean share of the gain that the kept step lacks.
 */
export const usualThresholds: Thresholds = {
  certainty: 0.99,
  // Gain: 2.9 % lost at 0, 1.8 and 1.7 at 0.4 and 0.5, 3.6 at 0.8. Few: 5.9 % at 0, 4.0 at 1, little more above 2.
  // Most: of 28 runs 2.8 % lost at 8, 2.0 at 4, 2.3 at 3.
  // Of levels 92 % are held (90 at 0.125, 96 at 0.175), of changes 89 % (81 at 0.05, and a tenth of runs stopped wrongly).
  others: { gain: 0.4, few: 2, most: 4, spread: { level: 0.15, change: 0.1 } },
  // 2.0 % lost without, 2.5 % if neighbours count as much.
  smoothing: { neighbour: 1 / 4 },
  nothingHappens: { steps: 30, share: 0.05, change: 0.01, chance: 0.03 },
  learning: { fall: 0.005 },
  learnedEnough: { looks: 3, gain: 0.01, pictures: 3 },
  // From 0.01 to 0.08 the runs told wrongly differ by one.
  overfitting: { enter: 0.02, leave: 0.01, falseAlarms: 0.1 },
  forgetting: { generic: 0.1, severe: 0.3, class: 0.3, leave: 2 / 3 },
  diverging: { rise: 0.05, gradient: 20, looks: 5 },
};
