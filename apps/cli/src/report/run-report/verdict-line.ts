/** @file What is to be said of a run: of its result in one sentence, and of what was seen after the last look. */

import { verdictSentence } from "@atelier/diffusion/core";
import { type Signals, usualThresholds } from "@atelier/diffusion/verdicts";
import type { Messages } from "../../messages/messages.js";
import { inFlags } from "../../option-flags.js";
import { keptStep, type ReportedWatch, type RunReport } from "./run-report.js";

/** A sentence, and whether it is good news. */
export interface ResultLine {
  readonly sentence: string;
  readonly tone: "good" | "bad" | "";
}

/** Of the result, by the look that saw its step; of a run that nobody has looked at, that nothing can be said. */
export function resultLine(
  report: Pick<RunReport, "watch" | "config" | "results" | "state" | "step">,
  text: Messages,
): ResultLine {
  const { runReport: own } = text;
  const { watch, config, state } = report;
  if (watch === undefined) {
    return { sentence: config.watch.share > 0 ? own.tooShort : own.unwatched, tone: "" };
  }
  const step = keptStep(report);
  const seen = watch.judgement.signals.find((signals) => signals.step === step);
  if (seen === undefined || seen.step === 0) return lastVerdict(watch, text);
  const { bank, classPrompt = "" } = watch;
  const [generic, ofClass] = [seen.generic?.now.value, seen.class?.now.value];
  const forgotten = { generic, class: ofClass };
  const facts = { bank, learned: seen.learned, train: seen.train, forgotten, classPrompt };
  const isLast = seen.step === report.step;
  const isDone = state.kind === "done";
  const sentence = own.result({ ...facts, step: seen.step, isLast, isDone });
  return { sentence, tone: toneOf(seen, bank) };
}

/** Good is what is surely learned, with little forgotten; bad is nothing learned, or much forgotten. */
function toneOf(
  { learned, train, generic }: Signals,
  bank: ReportedWatch["bank"],
): ResultLine["tone"] {
  const { high } = (bank === "echo" ? train : learned).ofThese;
  const { severe, generic: some } = usualThresholds.forgetting;
  const forgotten = generic?.now.low ?? 0;
  if (high >= 0 || forgotten >= severe) return "bad";
  return forgotten >= some ? "" : "good";
}

/** Of a run without a result that was looked at, the gravest of what holds. */
function lastVerdict({ judgement: { now } }: ReportedWatch, text: Messages): ResultLine {
  const [gravest] = now;
  if (gravest === undefined) return { sentence: text.runReport.undecided, tone: "" };
  const isGood = gravest.state === "learning" || gravest.state === "learned-enough";
  return {
    sentence: inFlags(verdictSentence(gravest, text.verdicts)),
    tone: isGood ? "good" : gravest.state === "overfitting" ? "" : "bad",
  };
}

/** What held after the last look, the gravest first; nothing that the sentence of the result says already. */
export function courseLines(
  report: Pick<RunReport, "watch" | "config" | "results" | "state" | "step">,
  text: Messages,
): string[] {
  const { watch } = report;
  if (watch === undefined) return [];
  const said = resultLine(report, text).sentence;
  const result = keptStep(report);
  return watch.judgement.now
    .filter(({ state, step }) => state !== "learning" || step !== result)
    .map((verdict) => inFlags(verdictSentence(verdict, text.verdicts)))
    .filter((sentence) => sentence !== said);
}
