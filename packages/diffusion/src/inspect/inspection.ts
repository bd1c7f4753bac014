/** @file What `atelier inspect` finds out about a file or folder. */

import type { Sentence } from "@atelier/engine";
import { type Warning, warning } from "../core/warnings/warning.js";
import type { FamilyId } from "../families/family.js";
import type { PredictionType } from "../process/prediction-type.js";

/** Options of `inspectPath`. */
export interface InspectOptions {
  /** A checkpoint to hold an adapter against. */
  readonly base?: string | undefined;
  /** Files of what a checkpoint's own lacks; see `OpenModelOptions`. */
  readonly parts?: readonly string[] | undefined;
  /** What a checkpoint predicts, where its files say it wrongly or not at all. */
  readonly predictionType?: PredictionType | undefined;
  /** Whether every number is looked at, which reads whole files; by default it is. */
  readonly readsValues?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a file or folder is. */
export type InspectedKind =
  | "checkpoint"
  | "unet"
  | "transformer"
  | "vae"
  | "text-encoder"
  | "adapter"
  | "embedding"
  | "pictures"
  | "picture"
  | "unknown";

/** Something wrong with a file; an `error` makes it useless. */
export type Problem = Warning & { readonly severity: "error" | "warning" };

/** Facts of an adapter. */
export interface AdapterFacts {
  /** `LoRA`, `LoHa`, `DoRA` …. */
  readonly tuning: readonly (Sentence | string)[];
  /** Distinct ranks, ascending. */
  readonly ranks: readonly number[];
  /** Distinct alphas, ascending; empty where the file gives none. */
  readonly alphas: readonly number[];
  readonly moduleCount: number;
  readonly changesTextEncoder: boolean;
  readonly hasConvolutions: boolean;
}

/** A part of a checkpoint. */
export interface ComponentFacts {
  readonly name: string;
  readonly parameterCount: number;
  /** Stored element types. */
  readonly dtypes: readonly string[];
}

/** Everything known about a path; what is a text is the same in all languages. */
export interface Inspection {
  readonly path: string;
  readonly kind: InspectedKind;
  /** How it is stored: `diffusers folder`, `single file`, `kohya`, `peft` …. */
  readonly format?: Sentence | string;
  readonly family?: FamilyId;
  /** What it can be used with or for. */
  readonly fits?: Sentence;
  /** What a checkpoint predicts, or the model that an adapter was trained on. */
  readonly predicts?: { readonly type: string; readonly isAssumed: boolean };
  readonly title?: string;
  readonly parameterCount?: number;
  readonly sizeBytes?: number;
  readonly dtypes?: readonly string[];
  readonly components?: readonly ComponentFacts[];
  readonly adapter?: AdapterFacts;
  /** Words that call up what an adapter or embedding learned, most frequent first. */
  readonly triggerWords?: readonly string[];
  /** Vectors per token of an embedding, and their width. */
  readonly embedding?: { readonly vectors: number; readonly width: number };
  /** What a picture was drawn from, as it says itself. */
  readonly parameters?: string;
  readonly pictureCount?: number;
  readonly captionedCount?: number;
  readonly problems: readonly Problem[];
  /** What was assumed or left out. */
  readonly notes: readonly Warning[];
}

/** An error of the library as a problem. */
export function errorProblem(message: Sentence): Problem {
  return { severity: "error", ...warning("error", { message }) };
}
