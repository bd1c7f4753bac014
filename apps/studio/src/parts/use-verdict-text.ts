/** @file Verdicts of trainings, as runs and events have them, in the language of the page. */

import {
  type Kept,
  type LearnedBank,
  sayOptions,
  type Verdict,
  type VerdictSentences,
  verdictSentence,
} from "@atelier/diffusion/core";
import { useCallback } from "react";
import { useText } from "../messages/language.js";

/** A verdict as it travels: with its sentence in English. */
export interface ToldVerdict {
  readonly state: string;
  readonly sentence: string;
}

/** What a verdict says to a person. */
export function useVerdictText(): (verdict: ToldVerdict) => string {
  const { verdicts } = useText();
  return useCallback((verdict) => verdictText(verdict, verdicts), [verdicts]);
}

/** The sentence in a language; in English where the verdict is of another version. */
export function verdictText(verdict: ToldVerdict, sentences: VerdictSentences): string {
  return withOptions(isWhole(verdict) ? verdictSentence(verdict, sentences) : verdict.sentence);
}

/** Which step is kept and why, where a verdict tells. */
export function keptText(
  verdict: ToldVerdict & { readonly kept?: unknown; readonly bank?: unknown },
  sentences: VerdictSentences,
): string | undefined {
  return isWhole(verdict) ? withOptions(sentences.kept(verdict.kept, verdict.bank)) : undefined;
}

/** Whether a state is one that somebody should look at. */
export function isAlarming(state: string): boolean {
  return state === "overfitting" || state === "forgetting" || state === "diverging";
}

/** Settings have the names that they have in the form of a training. */
const withOptions = (sentence: string): string =>
  sayOptions(sentence, (name, value) => (value === undefined ? name : `${name} ${value}`));

/** What the library tells under a state has that state's numbers; logs of other versions may lack parts. */
function isWhole<T extends ToldVerdict>(
  verdict: T,
): verdict is T & Verdict & { readonly kept: Kept; readonly bank: LearnedBank } {
  const parts = ["since", "numbers", "kept", "advice", "bank", "step"];
  return parts.every((part) => part in verdict);
}
