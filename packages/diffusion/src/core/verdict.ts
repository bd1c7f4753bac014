/** @file What is said of a training while it goes on: its state, since when, and the numbers behind it. */

/** States in which a training can be; several may hold at once, of which the gravest is said first. */
export const verdictStates = [
  "diverging",
  "forgetting",
  "overfitting",
  "learned-enough",
  "learning",
  "nothing-happens",
] as const;

/** One of them. */
export type VerdictState = (typeof verdictStates)[number];

/** A number, and where it lies with 90 % probability. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A change of the error against the start's, as the mean of `log(loss / loss at the start)`: −0.37 is an error
 * 31 % smaller. What is uncertain of these very pictures (noise and timesteps) and of pictures like them (which
 * pictures they happen to be) are two intervals, which are never mixed.
 */
export interface Learned {
  readonly ofThese: Estimate;
  readonly ofOthersLikeThem: Estimate;
  /** Pictures behind it. */
  readonly pictures: number;
}

/** By how much predictions of other things have become worse, as a share of their loss at the start. */
export interface Moved {
  readonly now: Estimate;
  /** At the last step of the run, at the pace of the last looks; absent where that is too far to tell. */
  readonly atEnd?: Estimate;
}

/** What whoever trains would rather have: the likeness learned, what the base knew kept, or both. */
export const preferences = ["likeness", "balance", "keep"] as const;

/** One of them. */
export type Preference = (typeof preferences)[number];

/** The look whose values are the best so far. */
export interface Kept {
  /** 0 is the start. */
  readonly step: number;
  /** Absent where it is the look of the lowest error. */
  readonly prefer?: Preference;
  readonly learned: Learned;
  readonly generic?: Estimate;
  readonly class?: Estimate;
}

/** What is measured of what is learned: pictures held out, or enlarged views of those in training. */
export type LearnedBank = "held-out" | "echo";

/** The numbers behind each state. */
export interface VerdictNumbers {
  readonly "nothing-happens": { readonly train: Learned };
  readonly learning: { readonly learned: Learned };
  readonly "learned-enough": { readonly learned: Learned };
  readonly overfitting: {
    readonly train: Learned;
    readonly learned: Change;
    /** The change since the best look, chosen for each half of the rows by the other. */
    readonly worsening: Learned;
  };
  readonly forgetting: {
    readonly isSevere: boolean;
    readonly generic?: Moved;
    readonly class?: Moved & { readonly prompt: string };
  };
  readonly diverging:
    | { readonly cause: "not-finite" }
    /** Both errors have risen above those of the best look. */
    | { readonly cause: "rising"; readonly train: Change; readonly learned: Change }
    /** Gradients are as many times as large as usual. */
    | { readonly cause: "gradients"; readonly times: number };
}

/** Mean log-ratios at the best look and now. */
export interface Change {
  readonly from: number;
  readonly to: number;
}

/** What to do about it, by codes that are stable, for programs that react to them; with their parameters. */
export interface VerdictAdviceParams {
  /** Times the rate of the run. */
  readonly "raise-rate": { readonly factor: number };
  readonly "lower-rate": { readonly factor: number };
  /** More steps gain nothing. */
  readonly stop: NoParams;
  /** What is learned can be drawn with less strength. */
  readonly "less-strength": NoParams;
  /** The base's own prediction beside the training keeps what it knew. */
  readonly "prediction-prior": NoParams;
}

type NoParams = Readonly<Record<string, never>>;

/** One of them. */
export type VerdictAdviceCode = keyof VerdictAdviceParams;

/** An advice by its code. */
export type VerdictAdvice<C extends VerdictAdviceCode = VerdictAdviceCode> = {
  readonly [K in C]: { readonly code: K; readonly params: VerdictAdviceParams[K] };
}[C];

/** What a run that acts upon verdicts does. */
export type VerdictAction =
  /** From the values of a step on, with a rate that falls from `rateFactor` times the run's to 0 over `steps`. */
  | {
      readonly kind: "cool-down";
      readonly from: number;
      readonly rateFactor: number;
      readonly steps: number;
    }
  /** Goes on from the values of a step with `rateFactor` times the rate. */
  | { readonly kind: "return"; readonly to: number; readonly rateFactor: number }
  | { readonly kind: "prediction-prior" }
  | { readonly kind: "stop" };

/** A state of a training, as said at a look. */
export type Verdict<S extends VerdictState = VerdictState> = {
  readonly [K in S]: {
    readonly state: K;
    /** Of the look. */
    readonly step: number;
    /** Since about which step it holds. */
    readonly since: number;
    readonly bank: LearnedBank;
    readonly numbers: VerdictNumbers[K];
    readonly kept: Kept;
    readonly advice: readonly VerdictAdvice[];
    /** One after the other. */
    readonly actions: readonly VerdictAction[];
  };
}[S];

/** All sentences of a language. They name options as `option` of `option-words.ts` writes them. */
export interface VerdictSentences {
  readonly states: { readonly [S in VerdictState]: (verdict: Verdict<S>) => string };
  readonly advice: {
    readonly [C in VerdictAdviceCode]: (params: VerdictAdviceParams[C]) => string;
  };
  /** Why the result is that of its step. */
  readonly kept: (kept: Kept, bank: LearnedBank) => string;
}

/** What a verdict says in a language, with its advice. */
export function verdictSentence<S extends VerdictState>(
  verdict: Verdict<S>,
  { states, advice }: VerdictSentences,
): string {
  const adviceOf = <C extends VerdictAdviceCode>({ code, params }: VerdictAdvice<C>) =>
    advice[code](params);
  return [states[verdict.state](verdict), ...verdict.advice.map(adviceOf)].join(" ");
}
