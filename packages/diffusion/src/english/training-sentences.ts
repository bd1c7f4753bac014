/** @file What is said of trainings. */

import { option } from "../core/option-words.js";
import type { SentencesOf, Warning } from "../core/warnings/warning.js";
import { counted, listed } from "./list.js";

/** By code. */
export const trainingSentences: SentencesOf<"training"> = {
  "truncated-caption": ({ picture, cut }) => truncated(`The caption of ${picture}`, cut),
  "truncated-template": ({ cut }) => truncated("The caption of all pictures", cut),
  "truncated-class-prompt": ({ cut }) => truncated("The caption of the class", cut),
  "prompt-syntax-in-captions": ({ syntax, picture, count }) => {
    const others = counted(count - 1, "other picture hold", "other pictures hold");
    const hold =
      count === 1 ? `caption of ${picture} holds` : `captions of ${picture} and ${others}`;
    return `The ${hold} syntax of prompts, such as ${syntax}. Training reads it as words: weights, BREAK, backslashes and <lora:…> have no meaning there. Remove it from captions.`;
  },
  "small-epoch": ({ pictures, batch }) =>
    `A step sees ${batch} pictures, more than the data set's ${pictures}: it shows some of them more than once.`,
  "no-mask": ({ pictures }) => {
    const { count, first } = pictures;
    const have = count === 1 ? `${first[0]} has` : `${count} pictures have`;
    return `${have} no mask and count${count === 1 ? "s" : ""} as a whole: ${listed(pictures)}.`;
  },
  "much-cropped": ({ pictures, share, maxAspect, remedy }) => {
    const { count, first } = pictures;
    const lose = count === 1 ? `${first[0]} loses` : `${count} pictures lose`;
    const advice = {
      buckets: `With ${option("data.buckets.use", true)} they keep their proportions.`,
      "longer-buckets": `The buckets' shapes go up to ${maxAspect}:1: raise data.buckets.maxAspect.`,
      "finer-buckets": "Lower data.buckets.step, or raise the resolution.",
    }[remedy];
    return `${lose} up to ${Math.round(100 * share)} % to the crop: ${listed(pictures)}. ${advice}`;
  },
  "unused-tensors": ({ path, tensors: { count, first } }) =>
    `${path} holds ${counted(count, "tensor", "tensors")} that nothing uses, such as ${first[0]}.`,
  "idle-modules": ({ path, modules: { count, first } }) =>
    `${path}: ${counted(count, "module", "modules")}, such as ${first[0]}, ${count === 1 ? "is left out: nothing reads its layer" : "are left out: nothing reads their layers"}.`,
  "no-identifier": ({ prompt, classPrompt }) =>
    `The prompt "${prompt}" has no word that the class's prompt "${classPrompt}" lacks: the subject gets no name of its own, and the class is asked to change and to stay at once.`,
  "known-identifier": ({ words, rarer }) => {
    const advice =
      rarer.length === 0
        ? "Choose a word that says nothing."
        : `Rarer words of its vocabulary: ${rarer.join(", ")}.`;
    return `The base knows ${words.map((word) => `"${word}"`).join(" and ")} already: the subject will be mixed with what that means. ${advice}`;
  },
  "no-half": ({ device }) =>
    `mixedPrecision asks for float16, in which this device (${device}) does not compute: the run trains in float32.`,
  "low-prodigy-rate": ({ rate }) =>
    `Prodigy finds the step itself and multiplies it by the learning rate of ${rate}, which is usually 1.`,
  "high-learning-rate": ({ rate, usual }) =>
    `The learning rate of ${rate} is far above what this tuning usually bears; ${usual} is a common start.`,
  "moves-nothing": ({ steps }) =>
    `After ${steps} steps no trained number has moved. Stop the run, and raise the learning rate or check what is trained.`,
  "learned-nothing": () =>
    "What was trained predicts to the bit what the base predicts: it has learned nothing. Check that the learning rate is above 0 and that the trained layers take part (lora.targets, full.parts).",
  "overruled-stop": ({ watcher, step, reason }) =>
    `${watcher} would end the run at step ${step}: ${reason} It goes on, since it was told to go on past that watcher's word.`,
  "weights-in-files": ({ gigabytes, maxMemory }) =>
    `${gigabytes} GB of the base's weights do not fit into ${maxMemory} GB beside the step: they stay on disk and are read again as the step goes, which can take many times as long. Fewer bits would fit (base.dtype int8, int4).`,
  "card-too-small": ({ needed, free, maxMemory }) => {
    const way =
      maxMemory === undefined
        ? "Nothing of it would fit: train smaller pictures or fewer weights, or on the processor."
        : `With ${option("maxMemory")} ${maxMemory} it would, by smaller batches and by computing again what does not fit.`;
    return `The run takes about ${needed} GB of the graphics card, which has ${free} GB free. ${way}`;
  },
  "too-short-to-watch": ({ steps, rows }) =>
    `The run is not watched: ${steps} ${steps === 1 ? "step" : "steps"} of ${rows} ${rows === 1 ? "picture" : "pictures"} leave too little time for looks that tell anything. Train longer, or let watching take more (${option("watch.share")}).`,
  unwatched: ({ lacks }) => {
    const why = {
      memory: "looks would take memory that the training needs itself",
      space: "the disk has no room for the best step beside the run's snapshots and results",
    }[lacks];
    return `The run is not watched: ${why}. The last step is the result.`;
  },
  "fewer-held-out": ({ wanted, held }) => {
    const why = "the rest look like others in training, or have another shape than most";
    return held === 0
      ? `No picture is held out, though ${wanted} ${wanted === 1 ? "was" : "were"} to be: ${why}. Enlarged views of pictures in training are looked at instead, which do not tell which step is the best; a folder of further pictures does (${option("watch.validation")}).`
      : `${held} of ${wanted} pictures are held out: ${why}.`;
  },
  "class-not-kept": ({ lacks }) => {
    const why = {
      class: `what it is one of is not known: name it (${option("watch.classPrompt")})`,
      memory: "the memory that it may take is too small for that",
    }[lacks];
    return `Where the run forgets, it cannot keep what the base predicts of the class: ${why}.`;
  },
  "class-kept": ({ step, classPrompt }) =>
    `From step ${step} on, what the base predicts of "${classPrompt}" is kept beside the training.`,
  "weak-base": ({ share }) =>
    `The base predicts what it drew itself hardly better than not at all (${Math.round(100 * share)} % of the error is left): what is said of forgetting means nothing. Its weights may be damaged, or what it predicts be read wrongly (${option("predictionType")}).`,
  "validation-overlap": ({ pairs }) =>
    `Pictures for validation show what training shows: ${listed(pairs)}. What is said of them flatters: it tells less of whether others are learned.`,
  "validation-cropped": ({ pictures, share, width, height }) => {
    const { count, first } = pictures;
    const lose = count === 1 ? `${first[0]} loses` : `${count} pictures for validation lose`;
    return `${lose} up to ${Math.round(100 * share)} % to the crop: ${listed(pictures)}. Looks have one shape, ${width}x${height}, which most pictures in training have.`;
  },
  "best-lost": ({ step, problem }) =>
    `The values of step ${step}, the best of the run, cannot be read, so that the result is the last step's: ${problem}`,
  "lost-watcher": ({ watcher }) =>
    `The run was watched by ${watcher}, which does not watch any more: what it had seen is lost.`,
  "damaged-snapshot": ({ problem, step }) =>
    `A snapshot cannot be used (${problem}); the run goes on from ${step === undefined ? "its beginning" : `step ${step}`} instead.`,
  "changed-input": (params) => changed(changeText({ code: "changed-input", params })),
  "changed-caption": (params) => changed(changeText({ code: "changed-caption", params })),
};

function truncated(what: string, cut: string): string {
  return `${what} is longer than the text encoder reads; this was cut off: "${cut}".`;
}

function changed(what: string): string {
  return `Not as it was when the run began: ${what}. The result will not be that of a run without a break.`;
}

/** What of a run's inputs is not as it was, without a full stop. */
export function changeText(change: Warning<"changed-input" | "changed-caption">): string {
  if (change.code === "changed-caption") {
    const { picture, before, after } = change.params;
    return `the caption of ${picture} was "${before}" and is "${after}"`;
  }
  const { name } = change.params;
  return {
    "record-damaged": `${name} is damaged`,
    "other-weights": `the weights of the base's ${name} are others`,
    "new-picture": `${name} is new`,
    "other-picture": `${name} is another picture`,
    "no-picture": `${name} is gone`,
  }[change.params.change];
}
