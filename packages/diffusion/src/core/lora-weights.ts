/**
 * @file An adapter of the LoRA family in memory, whatever file it came from: the parts of each adapted
 * module of the model. For LoRA the change of a weight is ΔW = (alpha / rank) · up · down (Hu et al.
 * 2021, section 4.1); tuning/methods has those of the others.
 */

import { AtelierError, type FloatTensor, formatShape, type Sentence, said } from "@atelier/engine";
import {
  type MethodName,
  methodTitles,
  type PartName,
  type Parts,
  partEntries,
} from "./adapter-parts.js";
import { type AdaptedComponent, adaptedComponents } from "./component-name.js";
import type { Embedding } from "./embedding.js";

/** The adapter of one linear layer or convolution. */
export interface LoraModule {
  readonly method: MethodName;
  /**
   * LoRA: down `[rank, in]` and up `[out, rank]`; for a convolution `[rank, in, height, width]` and
   * `[out, rank, 1, 1]`. LoHa: w1_a and w2_a `[out, rank]`, w1_b and w2_b `[rank, in·height·width]`. LoKr:
   * w1 and w2, or each as a product w_a · w_b. DoRA has a magnitude besides, `[out]`, or `[1, in]` where it
   * is per input; LoHa and LoKr may have one.
   */
  readonly parts: Parts<FloatTensor>;
  /** Numerator of the scale; for rsLoRA already multiplied by √rank. */
  readonly alpha: number;
  readonly rank: number;
}

/** An adapter for the parts of one pipeline. */
export interface LoraWeights {
  /**
   * Modules by component and dotted path, as in diffusers folders:
   * `unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q`,
   * `text_encoder.text_model.encoder.layers.0.self_attn.q_proj`.
   */
  readonly modules: ReadonlyMap<string, LoraModule>;
  /** What the file says of itself: `ss_*`, `modelspec.*` and others, unchanged. */
  readonly metadata: ReadonlyMap<string, string>;
  /** New words that came in the same file. */
  readonly words?: readonly Embedding[];
}

/** Splits `unet.conv_in` into the component and the path within it. */
export function splitModulePath(name: string): { component: AdaptedComponent; path: string } {
  const dot = name.indexOf(".");
  const first = name.slice(0, dot);
  const component = adaptedComponents.find((known) => known === first);
  if (component !== undefined) return { component, path: name.slice(dot + 1) };
  throw new AtelierError(
    "weights",
    said`LoRA module: expected a path that begins with ${adaptedComponents.join(", ")}, got "${name}".`,
    { context: { name } },
  );
}

/** The rank that parts show; `undefined` for a LoKr of two whole factors. */
export function rankOf({
  down,
  w1_b,
  w2_b,
}: Parts<{ readonly shape: readonly number[] }>): number | undefined {
  return (down ?? w2_b ?? w1_b)?.shape[0];
}

/**
 * Checks that parts make an adapter and joins them. Whether they fit a layer is not known here.
 * @throws AtelierError `format` when a part is missing, `weights` when the parts do not fit each other
 *   or a value is not finite.
 */
export function makeLoraModule(
  where: string,
  { method, parts, alpha, rank = rankOf(parts) ?? 1 }: Omit<LoraModule, "rank"> & { rank?: number },
): LoraModule {
  const problem = moduleProblem(method, parts);
  if (problem !== undefined) {
    throw new AtelierError(problem.code, said`${where}: ${problem.message}`);
  }
  const values = partEntries(parts).map(([, { data }]) => data);
  if (!Number.isFinite(alpha) || !values.every((data) => data.every(Number.isFinite))) {
    throw new AtelierError(
      "weights",
      said`${where}: expected finite numbers, got NaN or infinity. The training that made this file diverged; use an earlier checkpoint.`,
    );
  }
  return { method, parts, alpha, rank };
}

/** Parts without which there is no adapter; of each group one. */
const required: { readonly [M in MethodName]: readonly (readonly (readonly PartName[])[])[] } = {
  lora: [[["down", "up"]]],
  dora: [[["down", "up", "magnitude"]]],
  loha: [[["w1_a", "w1_b", "w2_a", "w2_b"]]],
  lokr: [
    [["w1"], ["w1_a", "w1_b"]],
    [["w2"], ["w2_a", "w2_b"]],
  ],
};

const needs: { readonly [M in MethodName]: Sentence } = {
  lora: said`a down and an up factor`,
  dora: said`a down and an up factor and a magnitude`,
  loha: said`the factors w1_a, w1_b, w2_a and w2_b`,
  lokr: said`w1 or w1_a and w1_b, and w2 or w2_a and w2_b`,
};

/** Parts by their shapes alone, as a file's header gives them. */
type Shapes = Parts<{ readonly shape: readonly number[] }>;

/** Why parts make no adapter; `undefined` where they make one. */
export function moduleProblem(
  method: MethodName,
  parts: Shapes,
): { readonly code: "format" | "weights"; readonly message: Sentence } | undefined {
  const names = partEntries(parts).map(([part]) => part);
  const isComplete = required[method].every((forms) => {
    const used = new Set(forms.flat());
    const given = names.filter((part) => used.has(part));
    return forms.some(
      (form) => form.length === given.length && form.every((p) => given.includes(p)),
    );
  });
  if (!isComplete) {
    const message = said`expected ${needs[method]}, got ${names.join(", ") || "none"} alone. The file is damaged; copy or download it again.`;
    return { code: "format", message };
  }
  const expected = shapeProblem(method, parts);
  if (expected === undefined) return undefined;
  const shapes = partEntries(parts).map(([part, { shape }]) => `${part} ${formatShape(shape)}`);
  const message = said`expected ${expected}, got ${shapes.join(", ")}. The file is damaged or no ${methodTitles[method]}.`;
  return { code: "weights", message };
}

/** Whether there is no magnitude, or one per output or input. */
function isMagnitude(
  shape: readonly number[] | undefined,
  [out, inner]: readonly (number | undefined)[],
): boolean {
  if (shape === undefined) return true;
  return shape.length === 1
    ? shape[0] === out
    : shape.length === 2 && shape[0] === 1 && shape[1] === inner;
}

/** What the parts would have to be, where they are something else. */
function shapeProblem(method: MethodName, parts: Shapes): Sentence | undefined {
  const shape = (part: PartName): readonly number[] => parts[part]?.shape ?? [];
  const isPair = (a: PartName, b: PartName): boolean =>
    parts[a] === undefined ||
    (shape(a).length === 2 && shape(b).length === 2 && shape(a)[1] === shape(b)[0]);
  switch (method) {
    case "lora":
    case "dora": {
      const [down, up] = [shape("down"), shape("up")];
      const isConvolution = down.length === 4 && up.length === 4 && up[2] === 1 && up[3] === 1;
      const isLinear = down.length === 2 && up.length === 2;
      const fits = (isLinear || isConvolution) && (down[0] ?? 0) > 0 && up[1] === down[0];
      if (fits && isMagnitude(parts.magnitude?.shape, [up[0], down[1]])) return undefined;
      const factors = said`factors [rank, in] and [out, rank], or [rank, in, height, width] and [out, rank, 1, 1]`;
      return method === "lora" ? factors : said`${factors} and a magnitude [out] or [1, in]`;
    }
    case "loha":
      return isPair("w1_a", "w1_b") && isPair("w2_a", "w2_b")
        ? undefined
        : said`pairs of factors [out, rank] and [rank, in]`;
    case "lokr":
      return isPair("w1_a", "w1_b") && isPair("w2_a", "w2_b") && [0, 2].includes(shape("w1").length)
        ? undefined
        : said`w1 as a matrix and pairs of factors [out, rank] and [rank, in]`;
    default:
      return method satisfies never;
  }
}
