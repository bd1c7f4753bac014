/**
 * @file Everything that the library warns of or notes, by its code, with the kinds of its parameters. Codes are
 * stable, for programs that react to them; sentences are made where they are shown (`english/` has the English
 * ones). Captions and prompts are shortened before they become parameters, and long lists are `some`; a `problem` is
 * an error in its own words. Where parameters of a code change, `eventVersion` is raised (`train/events/event-schema.ts`).
 */

/** Warnings of a program's own. */
const general = {
  /** Told in words: by a watcher of a program's own, or in a log of version 1. */
  "in-words": { message: "text" },
} as const;

/** Of folders of pictures, captions, and the cache of what was computed of them. */
const data = {
  "unused-file": { path: "text" },
  /** Of one extension. */
  "unused-files": { path: "text", files: "some" },
  /** A table of captions in a form that is not read. */
  "unread-captions": { path: "text" },
  /** What stands beside folders named as sd-scripts wants them. */
  "unused-beside-folders": { path: "text", entries: "some" },
  "unused-folder": { path: "text", looksLikePicture: "boolean" },
  /** `pictures` are names of those that may be the user's, and are hidden by a dot. */
  "system-files": { path: "text", entries: "some", pictures: "some" },
  "files-in-icloud": { path: "text", files: "some" },
  "unsupported-picture": {
    path: "text",
    format: ["gif", "tiff", "bmp", "jxl", "jp2", "svg", "psd", "heic", "raw"],
  },
  /** From the folder's name; `unusedWords` do not count beside a prompt. */
  "folder-repeats": { path: "text", repeats: "number", unusedWords: "text?" },
  "folder-number-unused": { path: "text", repeats: "number" },
  "folder-caption": { path: "text", words: "text", pictures: "some" },
  "orphan-caption": { path: "text" },
  "shared-caption": { path: "text", pictures: "some" },
  "caption-conflict": { path: "text", used: "text", unused: "some" },
  "prompt-fallback": { path: "text", captioned: "number", total: "number" },
  /** `inside` are names that the folder holds, had they been written without a folder. */
  "metadata-without-picture": { path: "text", pictures: "some", inside: "some" },
  "metadata-duplicate": { path: "text", picture: "text", line: "number" },
  "first-frame": { picture: "text" },
  /** Of logs of before `enlarged-pictures`. */
  enlarged: {
    picture: "text",
    width: "number",
    height: "number",
    scale: "number",
    toWidth: "number",
    toHeight: "number",
  },
  "cache-damaged": {
    path: "text",
    kind: ["latents", "text-embeddings", "drawn-latents", "signatures"],
    label: "text",
    problem: "text",
  },
} as const;

/** Of opened models, adapters and words. */
const files = {
  /** Classes of a pickle's objects. */
  "skipped-objects": { path: "text", classes: "some" },
  "variant-fallback": { folder: "text", variant: "text" },
  "yaml-damaged": { path: "text", problem: "text" },
  "yaml-of-no-model": { path: "text" },
  "yaml-parameterization": { path: "text", got: "text" },
  /** The yaml beside the file, an entry of its metadata, the config stored in it, or a tensor says what it predicts. */
  "prediction-contradiction": {
    path: "text",
    type: "prediction",
    by: ["yaml", "metadata", "config", "tensor"],
    where: "text",
    otherType: "prediction",
    otherBy: ["yaml", "metadata", "config", "tensor"],
    otherWhere: "text",
  },
  "assumed-prediction": {
    path: "text",
    type: "prediction",
    reason: ["sd1", "sdxl", "sd2-768", "sd2-special", "sd2-norm-768", "sd2-norm-512", "sd2-steps"],
  },
  "assumed-by-tensor": { path: "text", type: "prediction", tensor: "text" },
  /** It is what the adapter was trained on. */
  "assumed-by-adapter": { path: "text", type: "prediction", adapter: "text" },
  "unheeded-zero-snr": { path: "text" },
  "adapter-prediction": { path: "text", trained: "prediction", base: "text" },
  "adapter-zero-snr": { path: "text" },
  "word-left-out": { token: "text", problem: "text" },
  /** Tensors of a bundled word. */
  "word-for-other-encoder": { path: "text", tensors: "some" },
  /** Vectors of an embedding. */
  "unused-vectors": { path: "text", tensors: "some" },
  "alpha-in-metadata": { path: "text", alpha: "text" },
  "bookkeeping-tensors": { path: "text", count: "number" },
} as const;

/** Of settings and parts of prompts that have no effect on what is drawn. */
const drawing = {
  "unknown-scheduler-fields": { fields: "some" },
  "unused-eta": { eta: "number", sampler: "text" },
  "unused-negative-prompt": { guidanceScale: "number" },
  "unused-guidance-rescale": { guidanceRescale: "number", guidanceScale: "number" },
  "unused-sizes": { model: "text" },
  "unused-negative-sizes": {},
  "unused-second-prompt": { model: "text", options: "texts" },
  /** `strength` is that of the adapter in use, or the one that was typed. */
  "unused-tag": {
    prompt: ["prompt", "negativePrompt"],
    tag: "text",
    name: "text",
    strength: "text?",
    means: ["used-adapter", "adapter-file", "hypernetwork"],
  },
  "unsupported-syntax": { prompt: ["prompt", "negativePrompt"], typed: "text" },
  /** `inside` is the word of a prompt that the token is but a part of. */
  "unused-embedding": { token: "text", inside: "text?" },
  /** `chunkTokens` may begin anew after BREAK, where the syntax has it. */
  "truncated-prompt": { prompt: ["prompt", "negativePrompt"], cut: "text", chunkTokens: "number?" },
} as const;

/** Of trainings. */
const training = {
  "truncated-caption": { picture: "text", cut: "text" },
  /** Of captions that all pictures share. */
  "truncated-template": { cut: "text" },
  "truncated-class-prompt": { cut: "text" },
  "prompt-syntax-in-captions": { syntax: "text", picture: "text", count: "number" },
  "small-epoch": { pictures: "number", batch: "number" },
  "no-mask": { pictures: "some" },
  /** `share` is the largest that is lost, from 0 to 1. */
  "much-cropped": {
    pictures: "some",
    share: "number",
    maxAspect: "number",
    remedy: ["buckets", "longer-buckets", "finer-buckets"],
  },
  "unused-tensors": { path: "text", tensors: "some" },
  "idle-modules": { path: "text", modules: "some" },
  "no-identifier": { prompt: "text", classPrompt: "text" },
  "known-identifier": { words: "texts", rarer: "texts" },
  /** The device, by what runtimes call it. */
  "no-half": { device: "text" },
  "low-prodigy-rate": { rate: "number" },
  "high-learning-rate": { rate: "number", usual: "number" },
  "moves-nothing": { steps: "number" },
  "learned-nothing": {},
  "overruled-stop": { watcher: "text", step: "number", reason: "text" },
  /** Of the base, that do not fit into what it may take. */
  "weights-in-files": { gigabytes: "number", maxMemory: "number" },
  /** GB; `maxMemory` with which it would fit, where anything does. */
  "card-too-small": { needed: "number", free: "number", maxMemory: "number?" },
  "too-short-to-watch": { steps: "number", rows: "number" },
  /** Of a run that nobody asked to be watched, and that would have been. */
  unwatched: { lacks: ["memory", "space"] },
  /** Pictures that were to be held out, and that are. */
  "fewer-held-out": { wanted: "number", held: "number" },
  /** Of a run that acts: why it cannot keep what the base predicts of the class. */
  "class-not-kept": { lacks: ["class", "memory"] },
  /** What the base predicts of the class is kept from the next step on. */
  "class-kept": { step: "number", classPrompt: "text" },
  /** The error of its predictions of what it drew, as a share of that of predicting nothing. */
  "weak-base": { share: "number" },
  /** Pictures for validation and what they are like in training. */
  "validation-overlap": { pairs: "some" },
  /** `share` is the largest that is lost, from 0 to 1. */
  "validation-cropped": { pictures: "some", share: "number", width: "number", height: "number" },
  "best-lost": { step: "number", problem: "text" },
  "lost-watcher": { watcher: "text" },
  /** Without a step, the run goes on from its beginning. */
  "damaged-snapshot": { problem: "text", step: "number?" },
  /** `name` is a file's or a component's. */
  "changed-input": {
    change: ["record-damaged", "other-weights", "new-picture", "other-picture", "no-picture"],
    name: "text",
  },
  "changed-caption": { picture: "text", before: "text", after: "text" },
} as const;

/** Of what `atelier inspect` looks at. */
const inspection = {
  /** An error of the library, in its own words. */
  error: { message: "sentence" },
  "unreadable-adapter": { kinds: "texts" },
  "zero-adapter": {},
  "zero-modules": { tensors: "some", modules: "number" },
  /** `recorded` is an alpha that no program reads. */
  "no-alpha": { recorded: "text?" },
  "tensors-of-no-adapter": { tensors: "some" },
  "tensors-of-no-layer": { base: "text", tensors: "some" },
  "misfitting-modules": { base: "text", count: "number", list: "sentence" },
  "tensors-of-no-model": { tensors: "some" },
  "useless-tensors": { tensors: "some" },
  "not-finite": { path: "text", tensors: "some" },
  "unread-not-finite": { path: "text", tensors: "some" },
  "zero-weights": { path: "text", tensors: "some" },
  "zero-vectors": { tensor: "text" },
  "no-tokenizer": { problem: "sentence" },
  "other-part": { path: "text" },
  "captions-in-metadata": {},
  "no-captions": {},
  "no-drawing-parameters": {},
  "picture-with-embedding": {},
  "word-with-space": { word: "text" },
  "other-name-with-space": { name: "text" },
  "word-of-file-name": {},
  "two-names": { name: "text", other: "text" },
} as const;

/** Of what to look after before training. */
const advice = {
  "guessed-goal": { goal: ["subject", "style", "word", "model"] },
  "one-picture": {},
  duplicates: { pictures: "some" },
  "small-pictures": { pictures: "some", edge: "number" },
  "other-shapes": {},
  uncaptioned: { count: "number" },
} as const;

/** Of pictures and captions as a training would use them. A pair is written as "a.jpg = b.jpg". */
const check = {
  "unusable-pictures": { pictures: "some", problem: "sentence" },
  "same-pictures": { pairs: "some" },
  "near-pictures": { pairs: "some" },
  "mirrored-pictures": { pairs: "some" },
  "blank-pictures": { pictures: "some" },
  /** At the size that they are trained at. */
  "blurred-pictures": { pictures: "some" },
  /** `scale` is the largest. */
  "enlarged-pictures": { pictures: "some", scale: "number" },
  "outlying-pictures": { pictures: "some" },
  "missing-captions": { pictures: "some", total: "number" },
  "one-caption": { caption: "text", pictures: "number" },
  "unfitting-captions": { pictures: "some" },
} as const;

/** Codes by what they are about. */
export interface WarningGroups {
  readonly general: typeof general;
  readonly data: typeof data;
  readonly files: typeof files;
  readonly drawing: typeof drawing;
  readonly training: typeof training;
  readonly inspection: typeof inspection;
  readonly advice: typeof advice;
  readonly check: typeof check;
}

/** By code. */
export const warningTable: typeof general &
  typeof data &
  typeof files &
  typeof drawing &
  typeof training &
  typeof inspection &
  typeof advice &
  typeof check = {
  ...general,
  ...data,
  ...files,
  ...drawing,
  ...training,
  ...inspection,
  ...advice,
  ...check,
};
