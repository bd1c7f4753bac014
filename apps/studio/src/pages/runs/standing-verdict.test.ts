/** @file What is said of a run first is the gravest of what holds. */

import type { Curves, Run } from "@atelier/server/api";
import { expect, it } from "vitest";
import { standingVerdict } from "./standing-verdict.js";

type Verdict = NonNullable<Run["verdict"]>;
const verdict = (state: Verdict["state"], step: number): Verdict => ({
  ...{ state, step, since: step, sentence: `${state} ${step}` },
});
const told = [verdict("forgetting", 13), verdict("learning", 13), verdict("overfitting", 50)];

const sentence = (states: Curves["states"]) =>
  standingVerdict({ verdict: told[1] }, { states, verdicts: told })?.sentence;

it("the gravest state that still holds is said, also where a milder one was told later", () => {
  const learning = { state: "learning", from: 0, to: 50 } as const;
  const overfitting = { state: "overfitting", from: 50, to: 90 } as const;
  expect(sentence([learning, overfitting, { state: "forgetting", from: 13, to: 90 }])).toBe(
    "forgetting 13",
  );
  expect(sentence([learning, overfitting, { state: "forgetting", from: 13, to: 40 }])).toBe(
    "overfitting 50",
  );
});

it("where nothing is known of states it is what the run says", () => {
  expect(sentence([])).toBe("learning 13");
  expect(standingVerdict({ verdict: undefined }, undefined)).toBeUndefined();
});
