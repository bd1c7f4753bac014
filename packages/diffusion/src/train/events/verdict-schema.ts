/** @file Verdicts as they stand in logs. */

import { z } from "zod";
import {
  type Estimate,
  type Kept,
  type Learned,
  type LearnedBank,
  type Moved,
  preferences,
  type Verdict,
  type VerdictAction,
  type VerdictAdvice,
} from "../../core/verdict.js";

/** A number with its interval. */
export const estimateSchema: z.ZodType<Estimate> = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
});

/** A change of an error. */
export const learnedSchema: z.ZodType<Learned> = z.strictObject({
  ofThese: estimateSchema,
  ofOthersLikeThem: estimateSchema,
  pictures: z.int(),
});

const movedFields = { now: estimateSchema, atEnd: estimateSchema.exactOptional() };

const moved: z.ZodType<Moved> = z.strictObject(movedFields);

/** The look whose values are the best. */
export const keptSchema: z.ZodType<Kept> = z.strictObject({
  step: z.int(),
  prefer: z.enum(preferences).exactOptional(),
  learned: learnedSchema,
  generic: estimateSchema.exactOptional(),
  class: estimateSchema.exactOptional(),
});

/** What a verdict is measured on, besides pictures in training. */
export const learnedBank: z.ZodType<LearnedBank> = z.enum(["held-out", "echo"]);

const change = z.strictObject({ from: z.number(), to: z.number() });

const none = z.strictObject({});
const factor = z.strictObject({ factor: z.number() });

const advice: z.ZodType<VerdictAdvice> = z.discriminatedUnion("code", [
  z.strictObject({ code: z.literal("raise-rate"), params: factor }),
  z.strictObject({ code: z.literal("lower-rate"), params: factor }),
  z.strictObject({ code: z.literal("stop"), params: none }),
  z.strictObject({ code: z.literal("less-strength"), params: none }),
  z.strictObject({ code: z.literal("prediction-prior"), params: none }),
]);

const action: z.ZodType<VerdictAction> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("cool-down"),
    from: z.int(),
    rateFactor: z.number(),
    steps: z.int(),
  }),
  z.strictObject({ kind: z.literal("return"), to: z.int(), rateFactor: z.number() }),
  z.strictObject({ kind: z.literal("prediction-prior") }),
  z.strictObject({ kind: z.literal("stop") }),
]);

const common = {
  type: z.literal("verdict"),
  step: z.int(),
  since: z.int(),
  bank: learnedBank,
  kept: keptSchema,
  advice: z.array(advice),
  actions: z.array(action),
  sentence: z.string(),
};

/** A verdict as it is told. */
export const verdictSchema: z.ZodType<
  Verdict & { readonly type: "verdict"; readonly sentence: string }
> = z.discriminatedUnion("state", [
  z.strictObject({
    ...common,
    state: z.literal("nothing-happens"),
    numbers: z.strictObject({ train: learnedSchema }),
  }),
  z.strictObject({
    ...common,
    state: z.literal("learning"),
    numbers: z.strictObject({ learned: learnedSchema }),
  }),
  z.strictObject({
    ...common,
    state: z.literal("learned-enough"),
    numbers: z.strictObject({ learned: learnedSchema }),
  }),
  z.strictObject({
    ...common,
    state: z.literal("overfitting"),
    numbers: z.strictObject({ train: learnedSchema, learned: change, worsening: learnedSchema }),
  }),
  z.strictObject({
    ...common,
    state: z.literal("forgetting"),
    numbers: z.strictObject({
      isSevere: z.boolean(),
      generic: moved.exactOptional(),
      class: z.strictObject({ ...movedFields, prompt: z.string() }).exactOptional(),
    }),
  }),
  z.strictObject({
    ...common,
    state: z.literal("diverging"),
    numbers: z.discriminatedUnion("cause", [
      z.strictObject({ cause: z.literal("not-finite") }),
      z.strictObject({ cause: z.literal("rising"), train: change, learned: change }),
      z.strictObject({ cause: z.literal("gradients"), times: z.number() }),
    ]),
  }),
]);
