/** @file Texts of `atelier tune`, and its decisions as sentences. */

import type { Preference } from "@atelier/diffusion/core";
import type {
  FactorChange,
  ProbeEnd,
  ProbePlan,
  ProbePoint,
  ProbeRecord,
  TuneDecision,
  TuneSettings,
} from "@atelier/diffusion/tune";
import { formatDuration } from "../format.js";
import { errorChange, share } from "../report/run-report/percent.js";

/** `0.0013`, with the digits that matter. */
const rateText = (rate: number): string => String(Number(rate.toPrecision(2)));

const listed = (texts: readonly string[]): string => {
  const [last = "", ...before] = [...texts].reverse();
  return before.length === 0 ? last : `${before.reverse().join(", ")} and ${last}`;
};

/** At the beginning of a sentence. */
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

const preferences: Readonly<Record<Preference, string>> = {
  likeness: "likeness counts most",
  balance: "what is learned and what is kept count the same",
  keep: "what the model knew counts most",
};

const changeText = (change: FactorChange): string => {
  switch (change.kind) {
    case "prior":
      return `keeping “${change.classPrompt}”`;
    case "layers":
      return change.targets.join() === "attention" ? "attention layers only" : "all layers";
    case "rank":
      return `rank ${change.rank}`;
    case "parts":
      return `${change.parts.join(", ")} only`;
  }
};

/** What a probe is called. */
const probeName = ({ stage, learningRate, change }: ProbePlan): string => {
  switch (stage) {
    case "range":
      return "range of rates";
    case "fast":
    case "rates":
      return `rate ${rateText(learningRate)}`;
    case "factors":
      return change === undefined ? "another setting" : changeText(change);
    case "final":
      return "final training";
    case "defaults":
      return "usual settings";
  }
};

const endings: Readonly<Record<ProbeEnd, string>> = {
  "last-step": "it came to its last step",
  "past-best": "it was past its best",
  overfitting: "pictures were learned by heart from there on",
  "learned-enough": "there was nothing more to gain",
  broke: "it fell apart",
  refused: "it cannot be trained like this",
  found: "the limit was found",
  "too-slow": "there is no time for it",
  "nothing-held-out": "no picture could be held out",
};

const numbersOf = ({ learned, generic, class: ofClass }: ProbePoint): string =>
  [
    `error on what is held out ${errorChange(learned.ofThese.value)}`,
    ...(generic === undefined ? [] : [`other things ${share(generic.value)} worse`]),
    ...(ofClass === undefined ? [] : [`its class ${share(ofClass.value)} worse`]),
  ].join(", ");

/** The sentence of a decision. @param nameOf what a probe is called, by its id */
const decisionText = (decision: TuneDecision, nameOf: (id: string) => string): string => {
  const names = (ids: readonly string[]) => listed(ids.map(nameOf));
  switch (decision.code) {
    case "highest-rate":
      return decision.isOpen
        ? `No learning rate up to ${rateText(decision.rate)} broke the training.`
        : `From a learning rate of about ${rateText(decision.rate)} on the training falls apart.`;
    case "too-short":
      return `${decision.minutes} ${decision.minutes === 1 ? "minute is" : "minutes are"} too short to try anything out here; about ${decision.enough} minutes would do (--minutes ${decision.enough}). The usual settings are trained instead, and watched.`;
    case "nothing-held-out":
      return "Nothing was tried out: none of these pictures could be held out, since there are fewer than three or all are alike, and only such a picture tells which settings are better. The usual settings are trained instead. Add pictures, or of two hold one out with --held-out 1.";
    case "nothing-measured":
      return "Every setting that was tried fell apart before it could be measured. The usual settings are trained instead, and watched: look at the pictures and the base first.";
    case "fast-probe": {
      const { rate, step, end, isStillLearning } = decision;
      if (isStillLearning) {
        return `At a rate of ${rateText(rate)} the training still got better at its last step, ${step}.`;
      }
      if (step === 0) return `At a rate of ${rateText(rate)} the training fell apart at once.`;
      return `At a rate of ${rateText(rate)} the training was best after ${step} steps: ${endings[end]}.`;
    }
    case "rates":
      return [
        ...(decision.tried.length === 0
          ? []
          : [`Other rates that are tried: ${listed(decision.tried.map(rateText))}.`]),
        ...(decision.left.length === 0
          ? []
          : [
              `For ${decision.left.length === 1 ? "a rate" : "rates"} of ${listed(decision.left.map(rateText))} there is no time.`,
            ]),
      ].join(" ");
    case "factors":
      return [
        ...(decision.tried.length === 0
          ? []
          : [`What else is tried at that rate: ${listed(decision.tried.map(changeText))}.`]),
        ...(decision.left.length === 0
          ? []
          : [`For ${listed(decision.left.map(changeText))} there is no time.`]),
      ].join(" ");
    case "halved":
      return `Where they had trained as much, ${names(decision.kept)} ${decision.kept.length === 1 ? "was" : "were"} ahead; ${names(decision.left)} ${decision.left.length === 1 ? "goes" : "go"} no further.`;
    case "rate":
      return `The best learning rate of those tried is ${rateText(decision.rate)}.`;
    case "chosen": {
      const { id, over, dominated, beatsBase } = decision;
      return [
        `Chosen: ${nameOf(id)}.`,
        ...(over === undefined
          ? []
          : [
              `${capital(nameOf(over))} came out a little better, by no more than chance, and this forgets less or is shorter.`,
            ]),
        ...(dominated.length === 0
          ? []
          : [
              `${capital(names(dominated))} learned less and forgot more than another, or one of the two with nothing in return.`,
            ]),
        ...(beatsBase
          ? []
          : [
              "No setting is better than the base itself by what is preferred: each forgets more than it learns. --prefer likeness weighs forgetting less.",
            ]),
      ].join(" ");
    }
    case "outcome":
      return decision.isWorse
        ? `In full it came out worse than ${nameOf(decision.id)} had promised: here the falling rate does not help. The probe can be had again as it was: atelier train probes/${decision.id}/config.json --run <new folder> --steps ${decision.step}.`
        : "In full it is as good as it had promised.";
    case "final":
      return decision.steps < decision.wanted
        ? `It is trained in full, with a rate that falls, for ${decision.steps} steps; ${decision.wanted} would be better, for which there is no time.`
        : `It is trained in full, with a rate that falls, for ${decision.steps} steps: twice as many as it took to be best, for as much training in all.`;
  }
};

/** The English texts. */
export const tuneText = {
  description:
    "Finds learning rate, steps and what else matters by short trainings on your pictures, and trains with them.",
  argument:
    "folder of pictures (JPEG, PNG, WebP, AVIF), three or more, with captions beside them or --prompt",
  minutes: "how long it may take, by what steps take on this machine",
  prefer:
    "what counts where likeness and what the model knew are at odds: likeness, balance, or keep (what the model knew)",
  configFile: "file of the training config; options win over it",
  run: "folder of the tune; a new one in --output by default",
  opening: "Looking at the base",
  begun: (folder: string, minutes: number, prefer: Preference): string =>
    `Tuning for ${minutes} ${minutes === 1 ? "minute" : "minutes"}, where ${preferences[prefer]}. Folder: ${folder}`,
  goesOn: (folder: string, probes: number): string =>
    `Going on with the tune in ${folder}: ${probes} ${probes === 1 ? "probe is" : "probes are"} done.`,
  probe: (plan: ProbePlan, seconds: number | undefined): string =>
    `Trying ${probeName(plan)}${seconds === undefined ? "" : `, at most ${formatDuration(seconds)}`}`,
  full: (plan: ProbePlan, seconds: number | undefined): string =>
    `The ${probeName(plan)}: ${plan.steps} steps${seconds === undefined ? "" : `, about ${formatDuration(seconds)}`}`,
  stage: (plan: ProbePlan, stage: string): string => `${probeName(plan)}: ${stage}`,
  steps: (plan: ProbePlan, left: string): string =>
    `steps of ${probeName(plan)}, ${left} left at most`,
  measured: ({ plan, end, problem }: ProbeRecord, best: ProbePoint | undefined): string => {
    const name = probeName(plan);
    if (problem !== undefined) return `${capital(name)}: ${problem}`;
    if (plan.stage === "range")
      return `${capital(name)}: ${end === undefined ? "" : endings[end]}.`;
    if (best === undefined)
      return `${capital(name)}: ${end === undefined ? "nothing" : endings[end]}.`;
    if (end === undefined)
      return `${capital(name)}, so far: ${numbersOf(best)} (step ${best.step}).`;
    return `${capital(name)}: best at step ${best.step}, ${numbersOf(best)}; ${endings[end]}.`;
  },
  name: (plan: ProbePlan): string => probeName(plan),
  decision: (decision: TuneDecision, nameOf: (id: string) => string): string =>
    decisionText(decision, nameOf),
  ending: (end: ProbeEnd): string => endings[end],
  rate: (rate: number): string => rateText(rate),
  table: {
    head: {
      tried: "tried",
      step: "best at step",
      learned: "error on what is held out",
      generic: "other things",
      ofClass: "its class",
      fate: "what came of it",
    },
    fates: {
      chosen: () => "chosen",
      result: () => "the result",
      dominated: (ending: string): string => `another is better in everything; ${ending}`,
      left: () => "left on the way: others were ahead",
      other: (ending: string): string => ending,
    },
    worse: (value: number): string => `${share(value)} worse`,
    none: "–",
  },
  pareto: {
    described: "What each probe learned against what it forgot.",
    gained: "error on what is held out",
    forgotten: (what: "generic" | "class"): string =>
      `${what === "generic" ? "other things" : "its class"} predicted worse by`,
    better: "better",
    base: "the base",
  },
  curves: {
    described: "The error on what is held out, over the amount of training, for each probe.",
    amount: "amount of training (rate × steps)",
  },
  range: {
    described: "The error on pictures in training while the learning rate rises.",
    rate: "learning rate",
    error: "error on pictures in training",
    breaks: (rate: number): string => `breaks from ${rateText(rate)} on`,
  },
  page: {
    title: "Which settings suit these pictures",
    summary: ({ minutes, prefer, config }: TuneSettings): string =>
      `Tuned for ${minutes} ${minutes === 1 ? "minute" : "minutes"} on the pictures in ${config.data.folder}, where ${preferences[prefer]}.`,
    chosen: (plan: ProbePlan): string =>
      `Best of what was tried: a learning rate of ${rateText(plan.learningRate)}${plan.change === undefined ? "" : `, ${changeText(plan.change)}`}.`,
    nothingChosen: (goesOn: boolean): string =>
      goesOn
        ? "The tune is not over yet."
        : "Nothing could be tried out; the usual settings were trained.",
    result: (plan: ProbePlan, best: ProbePoint): string =>
      `${plan.stage === "final" ? "The final training" : "The training with the usual settings"} kept step ${best.step} of ${plan.steps}: ${numbersOf(best)}.`,
    goesOn: (folder: string): string => `It goes on with: atelier resume ${folder}`,
    again:
      "The settings are a config that can be trained with again, also on more pictures like these:",
    command: (config: string): string => `atelier train ${config}`,
    runReport: "The report of this training: curves, pictures, drawings",
    headings: {
      drawings: "What the result draws",
      pareto: "What each setting gained, and what it cost",
      probes: "What was tried",
      decisions: "How it was decided",
      curves: "How the trainings went",
      range: "How fast is too fast",
      trust: "How far to trust this",
    },
    paretoExplained:
      "Each spot is a short training with other settings, at its best moment. Up is better learned, to the right more of what the model knew is forgotten: the best place is the upper left corner. The ring marks the settings that were chosen, the star what the training in full made of them; faint ones learned less and forgot more than another, or were left on the way.",
    curvesExplained:
      "The error on what is held out while each of them went on; further down is better. A fast rate and a slow one that stand above the same place have trained as much, the slow one with more steps. Where a line turns up, the pictures are learned by heart, or the training falls apart.",
    rangeExplained:
      "One training whose learning rate rises at every step. As long as the line falls, it learns; where it turns up, the rate is too high for it.",
    trusted: ({
      heldOut,
      minutes,
    }: {
      readonly heldOut: readonly string[];
      readonly minutes: number;
    }): string[] => [
      heldOut.length === 0
        ? "Nothing was held out, so that nothing could be compared."
        : `${heldOut.length === 1 ? `All of it was measured on one picture that no training saw, ${heldOut[0] ?? ""}` : `All of it was measured on ${heldOut.length} pictures that no training saw`}. Settings whose errors differ by a few per cent may change places on another: then the one that forgets less was taken. Large differences, a training that falls apart, and one that forgets twice as much are real.`,
      `The ${minutes} ${minutes === 1 ? "minute is" : "minutes are"} what the trainings were planned to take by the time that a step took here; a machine that is busy takes longer.`,
      "What is forgotten is measured on what the base itself draws: it says how different predictions have become, not whether drawings are worse. Draw what you care about, and compare.",
    ],
  },
  config: (path: string): string =>
    `The settings, to train with again: ${path} (atelier train ${path})`,
  report: (path: string): string => `Report: ${path}`,
  reports: (tune: string | undefined, final: string): string =>
    [
      ...(tune === undefined ? [] : [`Report: ${tune}`]),
      `Report of the final training: ${final}`,
    ].join("\n"),
  reportFailed: (folder: string, reason: string): string =>
    `The report of ${folder} could not be written: ${reason} The tune itself is whole; \`atelier report\` writes it again.`,
  result: (path: string): string => `Saved: ${path}`,
  stopped: (folder: string): string =>
    `Stopped. What was measured so far is kept; go on with:\n  atelier resume ${folder}`,
  over: (time: string): string => `Tuned in ${time}`,
  more: (rule: string): string => `
First the rate rises until the training breaks. Then short trainings at lower rates, and at the best of them with other
settings, are each watched until they are past their best: what they learn is measured on a picture that none of them is
trained on, what they forget on what the base itself draws. The best of them is trained in full. What you set stays as
you set it. A tune that was stopped or killed goes on with \`atelier resume <folder>\`.

Examples:
  atelier tune photos/robot
  atelier tune photos/dog --base models/sd15 --prompt "a photo of sks dog" --minutes 240 --prefer keep
  atelier tune photos/style --tuning full --minutes 60
  atelier resume runs/tune-20261124-093015

It leaves chosen.json, a config that \`atelier train\` takes, what was trained with it in final/, and tune.html. What can
be believed of it stands in docs/tune.md.

${rule}`,
};
