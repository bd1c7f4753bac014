/** @file What to draw: the options of `generate`, their defaults, and their check, all at once. */

import { AtelierError, said, shorten } from "@atelier/engine";
import { type OptionName, option } from "../core/option-words.js";
import { storedHash } from "../core/stored-hash.js";
import type { Configs } from "../families/components.js";
import type { PictureSizes } from "../families/family.js";
import { presentEncoders } from "../families/model-files.js";
import type { GenerationParameters } from "../files/png/a1111-parameters.js";
import { schedulerForSampler } from "../samplers/sampler-names.js";
import type { SchedulerClassName } from "../samplers/scheduler-classes.js";
import { type ParsedScheduler, readSchedulerConfig } from "../samplers/scheduler-config.js";
import type { SchedulerConfig } from "../samplers/scheduler-fields.js";
import { webuiSampler } from "../samplers/webui-sampler.js";
import { type Adapter, requireAdapters } from "./adapters.js";
import type { Pipeline } from "./pipeline.js";
import { type PromptSyntax, type ReadPrompt, readPrompt } from "./prompt-syntax.js";

/** What to draw and how. */
export interface GenerateOptions {
  readonly prompt: string;
  /** Nothing by default, which some models hear as zeros rather than as an empty text. */
  readonly negativePrompt?: string;
  /** What the second text encoder reads instead, where a model has several. */
  readonly prompt2?: string;
  readonly negativePrompt2?: string;
  /** What the third one reads. */
  readonly prompt3?: string;
  readonly negativePrompt3?: string;
  /** What brackets and capitals in both prompts mean: "a1111" by default; see prompt-syntax.ts. */
  readonly promptSyntax?: PromptSyntax;
  /** One of `samplerNames` or a diffusers scheduler class; the checkpoint's own by default. */
  readonly sampler?: string;
  /** Fields that replace those of the scheduler's config. */
  readonly schedulerOverrides?: Partial<SchedulerConfig>;
  /** What the checkpoint advises by default, else 30. */
  readonly steps?: number;
  /**
   * Weight of the prompt against the negative prompt; up to 1 the latter is not computed. A model that was
   * distilled from its own guidance (FLUX.1 dev) is told the number. What the checkpoint advises by default,
   * else what its family does.
   */
  readonly guidanceScale?: number;
  /**
   * The weight against a negative prompt of models that `guidanceScale` is told to, or that have none; 1 by
   * default, and without effect unless a negative prompt is given.
   */
  readonly trueCfgScale?: number;
  /**
   * Skip-layer guidance of SD 3.5: blocks without which the prompt is predicted once more, worse, and away from
   * which a guided prediction is moved. None by default; with SD 3.5 medium 7, 8 and 9 are usual.
   */
  readonly skippedBlocks?: readonly number[];
  /** How far it is moved; 2.8 by default. */
  readonly skipScale?: number;
  /** Shares of the steps between which it is; from .01 to .2 by default. */
  readonly skipRange?: readonly [start: number, stop: number];
  /** From 0 to 1: how far the deviation of guided predictions is brought back (arXiv 2305.08891). */
  readonly guidanceRescale?: number;
  /** η of DDIM. */
  readonly eta?: number;
  /** Seed of the first picture; the next ones take the numbers that follow. */
  readonly seed?: number | bigint;
  /** In pixels; what the model was trained on by default. */
  readonly width?: number;
  readonly height?: number;
  /** How many pictures. */
  readonly count?: number;
  /**
   * Layers of the text encoder left out at the end, as diffusers counts: 1 is the penultimate, which
   * A1111 calls 2.
   */
  readonly clipSkip?: number;
  /** The same for the negative prompt: as many by default, as in A1111; diffusers leaves out none. */
  readonly negativeClipSkip?: number;
  readonly adapters?: readonly Adapter[];
  /** What a model that reads sizes is told of the picture: all of it, and as it is drawn, by default. */
  readonly sizes?: Partial<PictureSizes>;
  /** The same for the negative prompt: as for the prompt by default. */
  readonly negativeSizes?: Partial<PictureSizes>;
}

/** Options with every default in place. */
export interface GenerateSettings
  extends Required<
    Omit<
      GenerateOptions,
      | "sampler"
      | "schedulerOverrides"
      | "promptSyntax"
      | "prompt2"
      | "negativePrompt2"
      | "prompt3"
      | "negativePrompt3"
      | "sizes"
      | "negativeSizes"
    >
  > {
  readonly sizes: PictureSizes;
  readonly negativeSizes: PictureSizes;
  /** Those of the sizes that the user gave, for what is recorded. */
  readonly givenSizes: Pick<GenerateOptions, "sizes" | "negativeSizes">;
  /** As A1111 understands it, without what was left out; so is the negative prompt. */
  readonly prompt: string;
  /** The prompts as they were understood. */
  readonly read: {
    readonly prompt: ReadPrompt;
    readonly negativePrompt: ReadPrompt;
    readonly prompt2?: ReadPrompt;
    readonly negativePrompt2?: ReadPrompt;
    readonly prompt3?: ReadPrompt;
    readonly negativePrompt3?: ReadPrompt;
  };
  readonly scheduler: ParsedScheduler;
  /** The sampler's name as the user gave it, or the scheduler's class. */
  readonly samplerName: string;
  /** Whether the negative prompt takes part (classifier-free guidance). */
  readonly isGuided: boolean;
  /** Its weight then. */
  readonly cfgScale: number;
  /** Whether it is read as a text then, an empty one where none was given; else zeros stand for it. */
  readonly readsNegative: boolean;
}

/**
 * Completes and checks options for a pipeline.
 * @throws AtelierError `config` that lists every option out of range, `weights` for adapters that do
 *   not fit.
 */
export function resolveGenerateOptions(
  pipeline: Pipeline,
  options: GenerateOptions,
): GenerateSettings {
  const { family, model, latents } = pipeline;
  const {
    sampler,
    schedulerOverrides = {},
    promptSyntax,
    prompt2,
    negativePrompt2,
    prompt3,
    negativePrompt3,
    sizes: ownSizes,
    negativeSizes: ownNegativeSizes,
    ...given
  } = options;
  const read = {
    prompt: readPrompt(options.prompt, promptSyntax),
    negativePrompt: readPrompt(options.negativePrompt ?? "", promptSyntax),
    ...readOthers({ prompt2, negativePrompt2, prompt3, negativePrompt3 }, promptSyntax),
  };
  const settings = {
    steps: family.sampling.fewSteps?.(pipeline.configs) ?? family.sampling.steps,
    guidanceScale: family.sampling.guidanceScale,
    trueCfgScale: 1,
    skippedBlocks: [],
    skipScale: 2.8,
    skipRange: [0.01, 0.2] as const,
    guidanceRescale: 0,
    eta: 0,
    seed: 0,
    width: latents.nativeEdge,
    height: latents.nativeEdge,
    count: 1,
    clipSkip: 0,
    negativeClipSkip: options.clipSkip ?? 0,
    adapters: [],
    ...pipeline.generation,
    ...given,
    prompt: read.prompt.recorded,
    negativePrompt: read.negativePrompt.recorded,
    read,
    givenSizes: {
      ...(ownSizes === undefined ? {} : { sizes: ownSizes }),
      ...(ownNegativeSizes === undefined ? {} : { negativeSizes: ownNegativeSizes }),
    },
  };
  const { width, height } = settings;
  const sizes: PictureSizes = {
    original: { width, height },
    crop: { left: 0, top: 0 },
    target: { width, height },
    ...ownSizes,
  };
  const sized = { ...settings, sizes, negativeSizes: { ...sizes, ...ownNegativeSizes } };
  requireRanges(pipeline, sized);
  requireAdapters(settings.adapters, pipeline);
  const json = pipeline.scheduleConfig;
  const scheduler =
    sampler === undefined
      ? readSchedulerConfig(json, { overrides: schedulerOverrides })
      : schedulerForSampler(sampler, json, schedulerOverrides);
  const negatives = [options.negativePrompt, negativePrompt2, negativePrompt3];
  const isGiven = negatives.some((text) => text !== undefined);
  const isTwoPass = family.guidance(pipeline.configs) === "two-pass";
  const cfgScale = isTwoPass ? settings.guidanceScale : settings.trueCfgScale;
  const isGuided = cfgScale > 1 && (isTwoPass || isGiven);
  return {
    ...sized,
    scheduler,
    samplerName: sampler ?? scheduler.className,
    isGuided,
    cfgScale,
    readsNegative: isGuided && (isGiven || family.conditioning.none(model.index) === "empty-text"),
  };
}

type OtherPrompt = "prompt2" | "negativePrompt2" | "prompt3" | "negativePrompt3";

/** Those of the other text encoders' prompts that are given. */
function readOthers(
  texts: Readonly<Record<OtherPrompt, string | undefined>>,
  syntax: PromptSyntax | undefined,
): Partial<Record<OtherPrompt, ReadPrompt>> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, readPrompt(text, syntax)]],
    ),
  );
}

/** What the other text encoders read, as it is written into files. */
function recordedOthers(read: GenerateSettings["read"]): Partial<Record<OtherPrompt, string>> {
  const { prompt: _, negativePrompt: __, ...others } = read;
  return Object.fromEntries(Object.entries(others).map(([name, { recorded }]) => [name, recorded]));
}

/** Whether a sampler is more or less random by η. */
export function readsEta(className: SchedulerClassName): boolean {
  return className === "DDIMScheduler";
}

/** Seed of the picture at a position. */
export function seedAt(seed: number | bigint, index: number): number | bigint {
  return typeof seed === "bigint" ? seed + BigInt(index) : seed + index;
}

/** What is written into a picture's file. */
export function generationParameters(
  { name: modelName, family, configs }: Pipeline,
  settings: GenerateSettings,
  index: number,
): GenerationParameters {
  const { prompt, negativePrompt, steps, guidanceScale, width, height, adapters } = settings;
  const { className, config } = settings.scheduler;
  const isTold = family.guidance(configs) === "embedded";
  return {
    prompt,
    negativePrompt,
    steps,
    ...webuiSampler(settings.scheduler),
    cfgScale: settings.cfgScale,
    ...(isTold ? { distilledCfgScale: guidanceScale } : {}),
    seed: seedAt(settings.seed, index),
    width,
    height,
    modelName,
    ...(settings.clipSkip === 0 ? {} : { clipSkip: settings.clipSkip }),
    ...recordedOthers(settings.read),
    ...settings.givenSizes,
    // Noise is that of PyTorch's generator on the CPU.
    rng: "CPU",
    ...(readsEta(className) && settings.eta > 0 ? { eta: settings.eta } : {}),
    ...(config.rescale_betas_zero_snr ? { endsInNoise: true } : {}),
    loras: adapters.map(({ name, strength = 1, weights: { metadata } }) => {
      // kohya's programs store what the web UI would compute.
      const hash = storedHash(metadata);
      return { name, weight: strength, ...(hash === undefined ? {} : { hash }) };
    }),
  };
}

type Checked = Omit<
  GenerateSettings,
  "scheduler" | "samplerName" | "isGuided" | "cfgScale" | "readsNegative"
>;

function requireRanges({ latents, family, configs }: Pipeline, settings: Checked): void {
  const problems: string[] = [];
  const check = (
    name: Exclude<
      OptionName & keyof Checked,
      "adapters" | "sizes" | "negativeSizes" | "givenSizes"
    >,
    isFine: boolean,
    expected: string,
  ) => {
    if (!isFine)
      problems.push(`${option(name)}: expected ${expected}, got ${String(settings[name])}`);
  };
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;
  // A UNet takes latents of any size; a transformer needs whole patches of them.
  const multiple = family.conditioning.isJoint ? latents.step : latents.factor;
  for (const name of ["width", "height"] as const) {
    const isFine = isCount(settings[name]) && settings[name] % multiple === 0;
    check(name, isFine, `a multiple of ${multiple} pixels`);
  }
  for (const name of ["steps", "count"] as const) {
    check(name, isCount(settings[name]), "a whole number of at least 1");
  }
  const { guidanceRescale, eta, seed, clipSkip } = settings;
  for (const name of ["guidanceScale", "trueCfgScale"] as const) {
    check(name, Number.isFinite(settings[name]) && settings[name] >= 0, "a number of at least 0");
  }
  check("guidanceRescale", guidanceRescale >= 0 && guidanceRescale <= 1, "a number from 0 to 1");
  check("eta", eta >= 0 && eta <= 1, "a number from 0 to 1");
  const last = seedAt(seed, settings.count - 1);
  const isSeed = [seed, last].every(
    (value) => typeof value === "bigint" || Number.isSafeInteger(value),
  );
  check("seed", isSeed, "a whole number below 2^53, or a bigint");
  const layers = Math.min(
    ...presentEncoders(family, configs).map((encoder) => encoder.limits(configs).clipSkip),
  );
  const isSkip = (value: number) => Number.isSafeInteger(value) && value >= 0 && value <= layers;
  check("clipSkip", isSkip(clipSkip), `a whole number from 0 to ${layers}`);
  if (settings.negativeClipSkip !== clipSkip) {
    const isFine = isSkip(settings.negativeClipSkip);
    check("negativeClipSkip", isFine, `a whole number from 0 to ${layers}`);
  }
  problems.push(...skipProblems(configs, settings));
  problems.push(...sizeProblems("sizes", settings.sizes));
  if (settings.givenSizes.negativeSizes !== undefined) {
    problems.push(...sizeProblems("negativeSizes", settings.negativeSizes));
  }
  problems.push(
    ...(["prompt", "negativePrompt"] as const).flatMap((name) =>
      promptProblems(option(name), settings.read[name]),
    ),
  );
  if (problems.length === 0) return;
  throw new AtelierError("config", said`generate: ${problems.join("\n")}\nCorrect these options.`, {
    context: { problems },
  });
}

/** Runs of the text encoder for one prompt. */
const maxChunks = 16;
const maxWeight = 1000;

function promptProblems(name: string, { chunks }: ReadPrompt): string[] {
  const heaviest = chunks.flat().find(({ weight }) => !(Math.abs(weight) <= maxWeight));
  return [
    ...(chunks.length > maxChunks
      ? [`${name}: expected at most ${maxChunks} parts between BREAKs, got ${chunks.length}`]
      : []),
    ...(heaviest === undefined
      ? []
      : [
          `${name}: expected weights up to ${maxWeight}, got ${heaviest.weight} for "${shorten(heaviest.text.trim(), 40)}"`,
        ]),
  ];
}

/** Blocks can be left out of SD 3's transformer alone, and not all of them. */
function skipProblems(
  { transformer }: Configs,
  { skippedBlocks, skipScale, skipRange: [start, stop] }: Checked,
): string[] {
  if (skippedBlocks.length === 0) return [];
  if (transformer?.kind !== "mmdit") {
    return [
      `${option("skippedBlocks")}: expected none, since only Stable Diffusion 3 is guided so, got ${skippedBlocks.join(", ")}`,
    ];
  }
  const { numLayers } = transformer;
  const isBlock = (block: number) => Number.isSafeInteger(block) && block >= 0 && block < numLayers;
  const isRange = start >= 0 && start <= stop && stop <= 1;
  return [
    ...(skippedBlocks.every(isBlock) && new Set(skippedBlocks).size < numLayers
      ? []
      : [
          `${option("skippedBlocks")}: expected some of the blocks 0 to ${numLayers - 1}, got ${skippedBlocks.join(", ")}`,
        ]),
    ...(Number.isFinite(skipScale) && isRange
      ? []
      : [
          `skipScale, skipRange: expected a number and shares of the steps from 0 to 1, got ${skipScale}, ${start} to ${stop}`,
        ]),
  ];
}

/** Sizes that a model is told are those of pictures, and crops lie within reason. */
function sizeProblems(name: string, { original, crop, target }: PictureSizes): string[] {
  const isEdge = (value: number) => Number.isSafeInteger(value) && value >= 1 && value <= 2 ** 16;
  const isOffset = (value: number) => Number.isSafeInteger(value) && Math.abs(value) <= 2 ** 16;
  const edges = [original.width, original.height, target.width, target.height];
  return [
    ...(edges.every(isEdge)
      ? []
      : [`${name}: expected widths and heights from 1 to 65536 pixels, got ${edges.join(", ")}`]),
    ...([crop.left, crop.top].every(isOffset)
      ? []
      : [`${name}: expected a crop of whole pixels, got ${crop.left}, ${crop.top}`]),
  ];
}
