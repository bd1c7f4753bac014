/** @file The report of a run, and what the terminal says at its end, in English. */

import { byRequest, type Learned, type Verdict } from "@atelier/diffusion/core";
import type { RecordedConfig, ResultFile, RunState, TrainConfig } from "@atelier/diffusion/train";
import { quoteArgument } from "../format.js";
import { errorChange, errorRange, share, shares } from "../report/run-report/percent.js";

type Bank = Verdict["bank"];

const heldOut = (pictures: number): string =>
  pictures === 1 ? "the picture held out" : `the ${pictures} pictures held out`;

const named = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;

/** What a run did. */
interface Summary extends Readonly<Record<"pictures" | "held" | "step" | "steps", number>> {
  readonly time: string;
  readonly base: string;
}

/** Shares by which predictions are worse than the base's. */
interface Forgotten {
  readonly generic: number | undefined;
  readonly class: number | undefined;
}

/** The step of a result, and what its look saw. */
interface Result {
  readonly step: number;
  readonly isLast: boolean;
  readonly isDone: boolean;
  readonly bank: Bank;
  readonly learned: Learned;
  readonly train: Learned;
  readonly forgotten: Forgotten;
  readonly classPrompt: string;
}

function forgottenText({ generic, class: ofClass }: Forgotten, classPrompt: string): string {
  const parts = [
    ...(generic === undefined ? [] : [["other things", generic] as const]),
    ...(ofClass === undefined ? [] : [[`“${classPrompt}”`, ofClass] as const]),
  ];
  const [first, ...others] = parts;
  if (first === undefined) return "";
  const [name, value] = first;
  const are = name === "other things" ? "are" : "is";
  const rest = others.map(([other, also]) => `, ${other} ${share(also)}`).join("");
  return `; ${name} ${are} predicted ${share(value)} worse than by the base${rest}`;
}

/** How surely a forecast or a level is known. */
interface Range {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A forecast of the end, and what it became where that is known. */
interface ForecastFacts {
  readonly name: string;
  readonly step: number;
  readonly atEnd: Range;
  readonly steps: number;
  readonly known: number | undefined;
  /** The step at which it is known. */
  readonly at: number;
}

function runStateText(state: RunState, folder: string): string {
  const resume = `atelier resume ${quoteArgument(folder)}`;
  switch (state.kind) {
    case "done":
      if (state.stop?.watcher === byRequest) return "The training was ended by request.";
      return state.stop === undefined
        ? "The training is done."
        : `The training was ended by ${state.stop.watcher}: ${state.stop.reason}`;
    case "running":
      return "The training goes on: this is how it stands now.";
    case "stopped":
      return `The training was stopped, and goes on with: ${resume}`;
    case "failed":
      return `The training failed: ${state.reason} It goes on with: ${resume}`;
    case "interrupted":
      return `The training broke off, and goes on with: ${resume}`;
    case "unknown":
      return "How the training ended cannot be read.";
  }
}

const forms: Readonly<Record<ResultFile["form"], string>> = {
  kohya: "for A1111, Forge and ComfyUI",
  comfyui: "for ComfyUI",
  diffusers: "for diffusers",
  peft: "for PEFT",
  webui: "for A1111, Forge and ComfyUI",
  folder: "for diffusers",
  "single-file": "for A1111, Forge and ComfyUI",
};

const kinds: Readonly<Record<ResultFile["kind"], string>> = {
  adapter: "the adapter",
  embedding: "the new word",
  model: "the model",
};

/** Texts of the report, of its command and of the terminal. */
export const runReportText = {
  command: {
    description: "Writes the report of a run again: what it learned, what it forgot, what to take.",
    argument: "folder of the run, or of a tune",
    out: "the .html file to write; report.html in the run's folder by default, tune.html in a tune's",
    more: `
Examples:
  atelier report runs/lora-20261124-093015
  atelier report runs/lora-20261124-093015 --out dog.html

Every training ends with a report. This writes it anew, also of a run that goes on or broke off. Pictures are
read from where the training read them: call it in the same folder.`,
    notHtml: (path: string): string =>
      `--out ${path}: expected a name that ends in .html, got another. Choose for example report.html.`,
  },
  failed: (folder: string, reason: string): string =>
    `The report of ${folder} could not be written: ${reason} The training itself is whole; \`atelier report\` writes it again.`,
  terminal: {
    verdict: (sentence: string): string => `Verdict: ${sentence}`,
    report: (path: string): string => `Report: ${path}`,
    curve: (bank: Bank): string =>
      `Error on ${bank === "echo" ? "enlarged views" : "what is held out"}`,
    kept: (step: number, error: string): string =>
      step === 0 ? "kept: the start" : `kept: step ${step}, ${error}`,
  },
  title: (name: string): string => `What came of the training “${name}”`,
  summary: ({ pictures, held, step, steps, time, base }: Summary): string =>
    `${step === steps ? `${steps} steps` : `${step} of ${steps} steps`} on ${pictures === 1 ? "one picture" : `${pictures} pictures`}${held === 0 ? "" : ` and ${held} held out`} in ${time}, on top of ${base}.`,
  unwatched: "This training was not watched, so nobody can say what it learned and forgot.",
  tooShort: "This training was not looked at, so nobody can say what it learned and forgot.",
  undecided: "It is too early to say what the training learned.",
  runState: (state: RunState, folder: string): string => runStateText(state, folder),
  bestSoFar: (reason: string): string => `Best so far: ${reason}`,
  lastOfEchoes:
    "The result is the last step's: enlarged views of the pictures do not tell which step is the best.",
  holdOut: "With --held-out 1 one picture is not trained on, and tells it.",
  keptNot: (reason: string, step: number): string =>
    `${reason} The files hold step ${step} all the same.`,
  result: ({
    step,
    isLast,
    isDone,
    bank,
    learned,
    train,
    forgotten,
    classPrompt,
  }: Result): string => {
    const what = `${isDone ? "The result is" : "The best so far is"} step ${step}${isLast ? ", the last" : ""}`;
    const { value } = learned.ofThese;
    const { low, high } = learned.ofOthersLikeThem;
    const range = errorRange(...(high <= 0 ? ([high, low] as const) : ([low, high] as const)));
    const others = `others like ${learned.pictures === 1 ? "it" : "them"}: ${range}`;
    const errors =
      bank === "echo"
        ? `error on ${train.pictures === 1 ? "the picture" : "pictures"} in training ${errorChange(train.ofThese.value)}`
        : `error on ${heldOut(learned.pictures)} ${errorChange(value)} (${others})`;
    return `${what}: ${errors}${forgottenText(forgotten, classPrompt)}.`;
  },
  lastLook: (step: number, sentences: readonly string[]): string =>
    `At the last look, step ${step}: ${sentences.join(" ")}`,
  take: "What to take",
  noResult: "Nothing was made yet.",
  form: ({ kind, form }: ResultFile): string => `${kinds[kind]} ${forms[form]}`,
  lastStep: "what the last step made, to compare",
  atStrength: (file: ResultFile, strength: number): string =>
    `${kinds[file.kind]} ${forms[file.form]}, at strength ${strength}`,
  headings: {
    learned: "What it learned",
    forgotten: "What it forgot",
    path: "What was gained for what was forgotten",
    pictures: "Picture by picture",
    timesteps: "Where in the noise it learned",
    drawings: "Drawings",
    loss: "The loss of training",
    settings: "The settings",
    watching: "How far to trust this",
    unwatched: "How to know more",
  },
  states: {
    learning: "learning",
    "learned-enough": "learned enough",
    overfitting: "overfitting",
    "nothing-happens": "nothing happens",
    diverging: "diverging",
    forgetting: "forgetting",
    "forgetting-much": "forgetting much",
  },
  steps: "steps",
  keptStep: (step: number): string => (step === 0 ? "the start" : `kept: step ${step}`),
  curves: {
    train: "in training",
    learned: (bank: Bank, pictures: number): string => {
      if (bank === "echo") return "enlarged views";
      return pictures === 1 ? "held out" : `${pictures} held out`;
    },
    described: (
      train: number,
      learned: number,
      { bank, pictures }: { readonly bank: Bank; readonly pictures: number },
    ): string =>
      `From the start to the last look the error on pictures in training changed by ${errorChange(train)}, on ${bank === "echo" ? "enlarged views of them" : heldOut(pictures)} by ${errorChange(learned)}.`,
    explained: (bank: Bank): string =>
      `Change of the error against the start: further down is better. Marks are looks; the dark bands hold these pictures' true change with 90 % probability${bank === "echo" ? ". Where the solid line turns up while the dashed one falls on, pictures are learned by heart" : ", the wide light one that of others like them. Where the solid line turns up while the dashed one falls on, the pictures in training are learned by heart"}.`,
    broken: (steps: readonly number[]): string =>
      `At ${steps.length === 1 ? "step" : "steps"} ${steps.join(", ")} (×) an error or a gradient was no finite number.`,
  },
  forgetting: {
    none: "Whether other things are forgotten was not measured.",
    name: (what: "generic" | "class", classPrompt: string): string =>
      what === "generic" ? "other things" : `“${classPrompt}”`,
    described: (parts: readonly (readonly [name: string, value: number])[]): string =>
      `By how much predictions are worse than the base's at the last look: ${parts.map(([name, value]) => `${name} +${share(value)}`).join(", ")}.`,
    explained:
      "By how much predictions of other things are worse than the base's: further up is more forgotten. 0 is the base. Bands hold the true value with 90 % probability; the dotted lines are forecasts.",
    forecast: ({ name, step, atEnd, steps, known, at }: ForecastFacts): string => {
      const range = `+${share(atEnd.value)} (${shares(atEnd.low, atEnd.high)})`;
      return known === undefined
        ? `At this pace, ${name} will be at ${range} at step ${steps}.`
        : `At step ${step} the forecast for ${name} at step ${steps} was ${range}; at step ${at} it ${at === steps ? "had become" : "was"} +${share(known)}.`;
    },
  },
  heatMap: {
    described: "Change of the error in per cent, by timestep and look.",
    time: (time: number): string => `t ${time}`,
    looks: "looks, after so many steps",
    explained:
      "Change of the error in per cent, for each timestep (row) at each look (column): above, pictures are almost free of noise and details are learned; below, they are almost nothing but noise and layout is learned. Details are learned by heart first.",
  },
  pictures: {
    name: "Picture",
    noFile: "no file",
    notSeen: "–",
    train: "in training",
    learned: (bank: Bank): string => (bank === "echo" ? "enlarged" : "held out"),
    head: (name: string, step: number): string => `${name}, step ${step}`,
    worst: (picture: string, error: string): string =>
      `Least was learned of ${picture} (${error}). If it should count as the others do, look at whether its caption says what it shows, and whether it shows what the others show.`,
    explained: (bank: Bank): string =>
      `Change of the error on each picture, the least learned first.${bank === "echo" ? " Enlarged views are shown to the training at no time." : ""} Behind each number stand a few measurements: small differences between pictures mean nothing.`,
  },
  path: {
    described: "The path of the run: what was learned against what was forgotten, look by look.",
    gained: (bank: Bank): string =>
      bank === "echo" ? "error on enlarged views" : "error on what is held out",
    forgotten: (what: "generic" | "class", classPrompt: string): string =>
      `${what === "generic" ? "other things" : `“${classPrompt}”`} predicted worse by`,
    strength: (strength: number): string => `×${strength}`,
    explained: (hasStrengths: boolean): string =>
      `Numbers are steps. Up is better learned, to the right is more forgotten: the best place is the upper left corner. Where the path only goes right, steps cost and gain nothing.${hasStrengths ? " The dashed line is the result at other strengths (×1 is as it was trained), as “atelier strength” has measured them." : ""}`,
  },
  drawings: {
    none: "Nothing was drawn while it trained. --samples-every-steps draws pictures as it goes on.",
    step: (step: number): string => (step === 0 ? "the base" : `step ${step}`),
    best: (step: number, kept: number): string =>
      step === kept ? `step ${step}, the result` : `step ${step}, nearest to the result (${kept})`,
    nearest: (name: string): string => `most alike in training: ${name}`,
    explained:
      "Drawings of one prompt have one seed and began as the same noise. The training picture is the one whose colours lie most alike; a drawing that repeats it is a copy.",
  },
  settings: {
    names: {
      folder: "Run folder",
      base: "Base",
      pictures: "Pictures",
      prompt: "Prompt",
      tuning: "Trained",
      word: "New word",
      trained: "Trained numbers",
      steps: "Steps",
      rate: "Learning rate",
      optimizer: "Optimizer",
      prior: "Prior preservation",
      size: "Size",
      watch: "Watching",
      seed: "Seed",
      backend: "Backend",
    },
    lora: (method: string, rank: number, targets: readonly string[]): string =>
      `${method}, rank ${rank}, on ${targets.join(", ")}`,
    steps: (steps: number, pictures: number): string =>
      `${steps}, with ${pictures} ${pictures === 1 ? "picture" : "pictures"} each`,
    rate: (rate: number, schedule: string): string => `${rate}, ${schedule}`,
    prior: ({ source, classPrompt }: NonNullable<TrainConfig["prior"]>): string =>
      `${source} of “${classPrompt}”`,
    size: (width: number, height: number): string => `${width}×${height}`,
    unwatched: "none",
    watch: ({ share: part, prefer }: RecordedConfig["watch"]): string =>
      `up to ${share(part)} of the time${prefer === undefined ? "" : `, prefers ${prefer}`}`,
  },
  watching: {
    unwatched:
      "A watched training looks at itself while it goes on, says whether it learns, learns by heart or forgets, and keeps its best step. Trainings are watched unless they are too short for that or have no memory left for it, or are told not to be. It takes as much more time as you give it, here a tenth:",
    tooShort:
      "It was to be watched, and ended before its first look or was too short for any: give it more steps, or a larger share of the time with --watch.",
    command: (settings: string): string => `atelier lora ${settings} --watch 0.1`,
    trusted: ({
      bank,
      learned,
      heldOut: names,
    }: {
      readonly bank: Bank;
      readonly learned: Learned;
      readonly heldOut: readonly string[];
    }): string => {
      if (bank === "echo") {
        return "No picture was held out: of so few, all are needed in training. Enlarged views tell that something is learned; they do not tell when it is enough or too much, nor how well others like them will be drawn.";
      }
      const { low, high } = learned.ofOthersLikeThem;
      const [near, far] = high <= 0 ? [high, low] : [low, high];
      const range = `the error on others like ${learned.pictures === 1 ? "it" : "them"} lies, nine times out of ten, between ${errorRange(near, far).replace(" to ", " and ")}`;
      return learned.pictures === 1
        ? `One picture was held out (${named(names)}): what is said holds of it, and ${range}.`
        : `${learned.pictures} pictures were held out (${named(names)}): ${range}${learned.pictures < 5 ? "; so few show a large change, and may miss a small one" : ""}.`;
    },
    different: (prompts: number): string =>
      prompts === 0
        ? "What it forgot was not measured: draw something else with it and compare."
        : `What it forgot is measured on what the base itself drew for ${prompts} ${prompts === 1 ? "prompt" : "prompts"}: it says how different predictions have become, not whether drawings are worse. Draw what you care about and compare.`,
    cost: "What watching cost",
    took: ({ looks, time, part }: { looks: number; time: string; part: number }): string =>
      `${looks} ${looks === 1 ? "look" : "looks"} took ${time}, ${share(part)} of the run's time. They change nothing of the training.`,
  },
};
