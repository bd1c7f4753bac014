/** @file What is going to be drawn, as the form has it: kept over reloads, read from pictures, sent as a job. */

import type { Drawn, GivenJobRequest } from "@atelier/server/api";
import { z } from "zod";
import { type GridSetting, gridSettings, readValues, type ValuesProblem } from "./grid-values.js";

const axis = z.object({ setting: z.enum(gridSettings), values: z.string() });

/** The form's schema, for what is kept in the browser. */
export const drawSettings = z.object({
  base: z.string(),
  prompt: z.string(),
  negative: z.string(),
  adapters: z.array(z.object({ name: z.string(), weight: z.number() })),
  words: z.array(z.string()),
  /** Empty where the model's own is meant. */
  sampler: z.string(),
  steps: z.number().optional(),
  guidance: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  seed: z.number(),
  /** Whether the next drawing has the same seed; another is thrown otherwise. */
  keepsSeed: z.boolean(),
  count: z.number(),
  clipSkip: z.number().optional(),
  hasGrid: z.boolean(),
  x: axis,
  y: axis.extend({ setting: z.enum([...gridSettings, "none"]) }),
});

/** What the form holds. */
export type DrawSettings = z.infer<typeof drawSettings>;

/** A seed as other programs have them, too: 32 bits. */
export function throwSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

/** A form that nobody has touched. */
export function firstSettings(): DrawSettings {
  return {
    base: "embedded",
    prompt: "",
    negative: "",
    adapters: [],
    words: [],
    sampler: "",
    seed: throwSeed(),
    keepsSeed: false,
    count: 4,
    hasGrid: false,
    x: { setting: "guidance", values: "2, 4, 8" },
    y: { setting: "steps", values: "5, 10, 20" },
  };
}

/**
 * The settings that a picture bears, in place of the form's; what it says nothing of is the model's own, and so is a
 * sampler that cannot be chosen here: pictures name the model's own by its class.
 */
export function withRead(
  before: DrawSettings,
  read: Drawn["settings"],
  { samplers }: KnownNames,
): DrawSettings {
  const { base = before.base, prompt = before.prompt, negative = "" } = read;
  const sampler = samplers?.find((name) => name === read.sampler) ?? "";
  const { adapters = [], words = [], steps, guidance, width, height, clipSkip } = read;
  const { seed = before.seed } = read;
  return {
    ...before,
    ...{ base, prompt, negative, adapters, words, sampler },
    ...{ steps, guidance, width, height, clipSkip, seed },
    keepsSeed: read.seed !== undefined || before.keepsSeed,
    count: 1,
    hasGrid: false,
  };
}

/** What keeps a form from being drawn. */
export interface DrawProblems {
  readonly prompt?: "missing";
  readonly base?: "misspelt";
  readonly x?: ValuesProblem | AxisProblem;
  readonly y?: ValuesProblem | AxisProblem;
}

/** What is wrong with a grid's setting rather than with its values. */
export type AxisProblem = { readonly kind: "same" | "no-adapter" };

/** What is known where names are typed. */
export interface KnownNames {
  readonly samplers: readonly string[] | undefined;
}

/** The request of a form, or what is wrong with it. */
export type ReadForm =
  | { readonly request: GivenJobRequest & { kind: "draw" }; readonly pictures: number }
  | { readonly problems: DrawProblems };

/** As the API has names of models. */
const modelName = /^(?:[\w.-]+\/[\w.-]+|[^/\\]{1,120})$/u;

/** Reads a form. */
export function readForm(settings: DrawSettings, known: KnownNames): ReadForm {
  const { base, prompt, adapters, count, hasGrid } = settings;
  const x = hasGrid ? axisOf(settings, "x", known) : undefined;
  const y = hasGrid ? axisOf(settings, "y", known) : undefined;
  const isPromptDrawn = x?.axis?.setting === "prompt" || y?.axis?.setting === "prompt";
  const problems: DrawProblems = {
    ...(prompt.trim() === "" && !isPromptDrawn && { prompt: "missing" }),
    ...(!modelName.test(base.trim()) && { base: "misspelt" }),
    ...(x?.problem && { x: x.problem }),
    ...(y?.problem && { y: y.problem }),
  };
  if (Object.keys(problems).length > 0) return { problems };
  const { negative, words, sampler, steps, guidance, width, height, seed, clipSkip } = settings;
  return {
    request: {
      kind: "draw",
      base: base.trim(),
      ...{ prompt, negative, adapters, words, seed, count },
      ...(sampler !== "" && { sampler }),
      ...(steps !== undefined && { steps }),
      ...(guidance !== undefined && { guidance }),
      ...(width !== undefined && { width }),
      ...(height !== undefined && { height }),
      ...(clipSkip !== undefined && { clipSkip }),
      ...(x?.axis && { x: x.axis }),
      ...(y?.axis && { y: y.axis }),
    },
    pictures: count * (x?.axis?.values.length ?? 1) * (y?.axis?.values.length ?? 1),
  };
}

interface ReadAxis {
  readonly axis?: { setting: GridSetting; values: (string | number)[] };
  readonly problem?: ValuesProblem | AxisProblem;
}

function axisOf(
  { x, y, adapters }: DrawSettings,
  which: "x" | "y",
  { samplers }: KnownNames,
): ReadAxis {
  const { setting, values: typed } = which === "x" ? x : y;
  if (setting === "none") return {};
  if (which === "y" && setting === x.setting) return { problem: { kind: "same" } };
  if (setting === "weight" && adapters.length === 0) return { problem: { kind: "no-adapter" } };
  const read = readValues(setting, typed, setting === "sampler" ? samplers : undefined);
  if (read.problem !== undefined) return { problem: read.problem };
  return { axis: { setting, values: [...read.values] } };
}
