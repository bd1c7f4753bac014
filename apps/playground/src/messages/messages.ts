/** @file All texts of the page in English, and their form. The library's own sentences come from packages/diffusion. */

import type { VerdictSentences, WarningSentences } from "@atelier/diffusion/core";
import { englishVerdicts, englishWarnings } from "@atelier/diffusion/english";
import type { TrainEvent } from "@atelier/diffusion/train";
import type { SentenceCatalogue } from "@atelier/engine";

/** What is done before the first step, and after the last. */
export type Stage = Extract<TrainEvent, { type: "progress" }>["stage"];

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

const page = {
  title: "Atelier Playground",
  lead: "A small picture model draws, and learns your own pictures, here in your browser. Nothing you give it leaves this tab.",
  otherLanguage: "한국어",
  load: {
    title: "Fetch the model",
    about: (bytes: number) =>
      `${megabytes(bytes)}, once: your browser keeps it for the next visit.`,
    button: "Fetch it",
    progress: (done: number, total: number) => `${megabytes(done)} of ${megabytes(total)}`,
    onCard: (bytes: number) => `On the graphics card (experimental; ${megabytes(bytes)} more)`,
    card: "The graphics card computes.",
    noCard: (fault: string) => `The graphics card cannot be used (${fault}).`,
    threads: (count: number) =>
      count === 1
        ? "The processor computes, on one thread."
        : `The processor computes, on ${count} threads.`,
    single:
      "The page is not isolated from other origins, and gets no more. Serve it with the headers that its guide names, or load it again.",
  },
  draw: {
    title: "Draw",
    prompt: "Prompt",
    seed: "Seed",
    strength: "Strength of what it learned",
    button: "Draw",
    progress: (done: number, total: number) => `Step ${done} of ${total}`,
    empty: "What you draw appears here. Try: a cat on a blue background.",
    alt: (prompt: string, seed: number) => `${prompt}, seed ${seed}`,
    save: "Save",
  },
  teach: {
    title: "Teach it something",
    about: "Three to ten pictures of one thing or one character, as different as you have them.",
    drop: "Drop pictures here, or choose them",
    choose: "Choose pictures",
    clear: "Remove all",
    chosen: (count: number) => (count === 1 ? "1 picture" : `${count} pictures`),
    tooMany: (most: number, got: number) =>
      `Pictures: expected at most ${most}, got ${got}. The first ${most} are taken; more belong in the Studio.`,
    looking: "Looking at what you gave …",
    broken: (names: string) => `Left out, since they are no whole pictures: ${names}.`,
    huge: (names: string) =>
      `Left out, since they have more than 134 million pixels: ${names}. Make them smaller.`,
    others: (count: number) =>
      count === 1
        ? "Left out: 1 file that is no picture."
        : `Left out: ${count} files that are no pictures.`,
    inner: (count: number) =>
      count === 1
        ? "Left out: 1 folder inside. Drop it by itself."
        : `Left out: ${count} folders inside. Drop them by themselves.`,
    none: "Pictures: expected PNG, JPEG, WebP or AVIF, got none of these. Choose others.",
    word: "Its name in prompts",
    wordAbout: "A word that means nothing yet.",
    kind: "What it is",
    kindAbout: "One word that the model knows: robot, cat, house.",
    steps: "Steps",
    button: "Teach",
    stages: {
      download: "Fetching",
      quantize: "Storing weights",
      weights: "Reading the model",
      "class-pictures": "Drawing what it knows",
      captions: "Reading captions",
      latents: "Looking at the pictures",
      probes: "Setting pictures aside",
      compile: "Preparing the first step",
      check: "Checking the result",
    } satisfies Record<Stage, string>,
    progress: (step: number, steps: number, left: string) =>
      `Step ${step} of ${steps}, ${left} left`,
    memory: (bytes: number) => `${megabytes(bytes)} of memory`,
    loss: "Loss",
    lossAbout: (first: string, last: string) =>
      `Loss by step, averaged: ${first} at first, ${last} now.`,
    samples: "Drawn while it learned",
    sampleAlt: (step: number) => `Drawn after step ${step}`,
    atStep: (step: number) => `step ${step}`,
    download: "Download the adapter",
    downloadAbout: "A LoRA for Atelier's embedded base, as safetensors; draw with it above.",
  },
  kept: {
    title: "Your lesson",
    about: (prompt: string, step: number, steps: number, isOver: boolean) =>
      isOver
        ? `“${prompt}” is learned, in ${step} steps.`
        : `“${prompt}” was left at step ${step} of ${steps}.`,
    where: (bytes: number) =>
      `This browser keeps it, with its pictures (${megabytes(bytes)}), until the next lesson or until you delete it.`,
    fetchFirst: "To go on with it, fetch the model first.",
    goOn: "Go on",
    show: "Open it",
    forget: "Delete it",
    none: (reason: string) =>
      `This browser does not keep the lesson (${reason}). Keep the page open until it is done.`,
  },
  stop: "Stop",
  stopping: "Stopping …",
  stopped: "Stopped.",
  broken: (message: string) => `The worker ended: ${message} Load the page again.`,
  lost: (reason: string, isKept: boolean) =>
    `The graphics card was lost (${reason}); from now on the processor computes.${
      isKept ? " What was learned is kept: go on with it below." : ""
    }`,
  noThings:
    "This browser lacks WebAssembly or workers. Take a current Firefox, Chrome, Edge or Safari.",
  duration: (seconds: number) =>
    seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`,
};

/** All texts in one language. */
export interface Messages extends Widened<typeof page> {
  readonly warnings: WarningSentences;
  readonly verdicts: VerdictSentences;
  /** By their English templates; empty in English. */
  readonly errors: SentenceCatalogue;
}

type Widened<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...given: never[]) => unknown
      ? T[K]
      : Widened<T[K]>;
};

export const english: Messages = {
  ...page,
  warnings: englishWarnings,
  verdicts: englishVerdicts,
  errors: {},
};
