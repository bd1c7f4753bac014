/**
 * @file What a user of PyTorch can switch on to be faster on a processor, in parts that are joined by "+";
 * bench/peer/variant.py says what each means there. No part changes what is trained: weights and optimizer
 * state stay in float32, so that a model as a whole in bfloat16, whose small updates are lost, is none.
 */

import { trainingEnvironment } from "@atelier/engine/node";

/** PyTorch as it comes: float32, AdamW's plain loop. */
export const plain = "fp32";

/** Parts, in the order in which a name has them. */
export const parts = [
  /** The environment in which Atelier trains: freed memory stays with the process. */
  "keep-memory",
  /** Kernels of AdamW: one for all, or one for each operation over all. */
  "fused",
  "foreach",
  /** `torch.set_float32_matmul_precision("medium")`: products by oneDNN instead of MKL. */
  "medium",
  /** `torch.autocast` to bfloat16. */
  "bf16",
  /** The same, and what does not train is stored in bfloat16, as in diffusers' scripts. */
  "bf16-base",
  /** `torch.channels_last`. */
  "channels-last",
  /** `torch.compile`, which needs a C++ compiler: of transformer blocks, or of whole models. */
  "compile-blocks",
  "compile",
] as const;

/** A part of a variant's name. */
export type Part = (typeof parts)[number];

const optimizers: readonly Part[] = ["fused", "foreach"];
const precisions: readonly Part[] = ["medium", "bf16", "bf16-base"];
const compilers: readonly Part[] = ["compile-blocks", "compile"];

/** What may make a training step faster; parts of one entry exclude each other. */
export const trainingAxes: readonly (readonly Part[])[] = [
  ["keep-memory"],
  optimizers,
  precisions,
  ["channels-last"],
  compilers,
];

/** The same without AdamW's kernels, where little trains and its update is a thousandth of the whole. */
export const axesWithoutOptimizer: readonly (readonly Part[])[] = trainingAxes.filter(
  (axis) => axis !== optimizers,
);

/** A variant's parts. @throws Error for a part that there is not, and for two that exclude each other. */
export function partsOf(variant: string): readonly Part[] {
  const names = variant.split("+").filter((name) => name !== plain);
  const found = parts.filter((part) => names.includes(part));
  const isWhole = found.length === new Set(names).size;
  if (isWhole && trainingAxes.every((axis) => overlap(axis, found).length < 2)) return found;
  const choices = trainingAxes.map((axis) => axis.join("|")).join(" + ");
  throw new Error(`bench: expected ${plain} or parts of ${choices}, got "${variant}".`);
}

/** A variant's name. */
export function variantOf(chosen: readonly Part[]): string {
  const ordered = parts.filter((part) => chosen.includes(part));
  return ordered.length === 0 ? plain : ordered.join("+");
}

/**
 * What is worth trying next to `best`: each part of an axis in place of the one that it has. What a compiler
 * gains depends on the precision, so that it is tried with the best one, plain float32, and the narrowest.
 */
export function neighbours(
  best: string,
  axis: readonly Part[],
  axes: readonly (readonly Part[])[],
): string[] {
  const kept = partsOf(best).filter((part) => !axis.includes(part));
  const precise = kept.filter((part) => !precisions.includes(part));
  const narrowest = overlap(precisions, axes.flat()).slice(-1);
  const isCompiler = overlap(compilers, axis).length > 0;
  const starts = isCompiler ? [kept, precise, [...precise, ...narrowest]] : [kept];
  const found = axis.flatMap((part) => starts.map((start) => variantOf([...start, part])));
  return [...new Set(found)].filter((variant) => variant !== best);
}

/** Whether a variant's first runs compile it. */
export function compiles(variant: string): boolean {
  return overlap(compilers, partsOf(variant)).length > 0;
}

/** The environment of a variant's process. */
export function environmentOf(variant: string): Readonly<Record<string, string>> {
  return partsOf(variant).includes("keep-memory") ? trainingEnvironment : {};
}

/** How far a variant's checks (losses and norms of gradients, or what pictures look like) may lie from plain float32's, relatively. */
export function toleranceOf(variant: string): number {
  return overlap(precisions, partsOf(variant)).length > 0 ? 5e-2 : 1e-3;
}

/** What a variant holds in memory at least beyond plain float32, in bytes. */
export function extraBytes(
  variant: string,
  { weights, trained }: { readonly weights: number; readonly trained: number },
): number {
  const own = partsOf(variant);
  const bytes: Partial<Record<Part, number>> = {
    // One list of temporary values for all weights.
    foreach: 4 * trained,
    // Casts of weights that the backward pass reads again.
    bf16: 2 * weights,
    // The compiler itself.
    "compile-blocks": 5e8,
    compile: 5e8,
  };
  return own.reduce((sum, part) => sum + (bytes[part] ?? 0), 0);
}

const overlap = (axis: readonly Part[], found: readonly Part[]): Part[] =>
  axis.filter((part) => found.includes(part));
