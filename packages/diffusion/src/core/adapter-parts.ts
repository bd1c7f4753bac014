/**
 * @file What the adapters of the LoRA family consist of: the parts of each method and the names that
 * PEFT gives them, which are also the names of their graph parameters.
 */

import { internalError, type Sentence, said } from "@atelier/engine";

/**
 * How the change of a weight is written: the product of two factors (Hu et al. 2021), with a
 * magnitude (Liu et al. 2024), as a Hadamard product of two such products (Hyeon-Woo et al. 2022) or as
 * a Kronecker product (Edalati et al. 2022). The latter two may have magnitudes as well.
 */
export type MethodName = "lora" | "dora" | "loha" | "lokr";

/** A part of an adapter of one layer. */
export type PartName =
  | "down"
  | "up"
  | "magnitude"
  | "w1"
  | "w1_a"
  | "w1_b"
  | "w2"
  | "w2_a"
  | "w2_b";

/** Something for each part that an adapter of one layer has. */
export type Parts<T> = { readonly [P in PartName]?: T };

/** PEFT's name of each part of each method. LoKr has either a factor or the two that make it. */
export const partSuffixes: { readonly [M in MethodName]: Parts<string> } = {
  lora: { down: "lora_A.weight", up: "lora_B.weight" },
  dora: { down: "lora_A.weight", up: "lora_B.weight", magnitude: "lora_magnitude_vector" },
  // PEFT has no magnitudes of LoHa and LoKr; their name is LyCORIS'.
  loha: {
    w1_a: "hada_w1_a",
    w1_b: "hada_w1_b",
    w2_a: "hada_w2_a",
    w2_b: "hada_w2_b",
    magnitude: "dora_scale",
  },
  lokr: {
    w1: "lokr_w1",
    w1_a: "lokr_w1_a",
    w1_b: "lokr_w1_b",
    w2: "lokr_w2",
    w2_a: "lokr_w2_a",
    w2_b: "lokr_w2_b",
    magnitude: "dora_scale",
  },
};

/** What people call each method. */
export const methodTitles: { readonly [M in MethodName]: string } = {
  lora: "LoRA",
  dora: "DoRA",
  loha: "LoHa",
  lokr: "LoKr",
};

/** What an adapter of these parts is called; magnitudes `[1, in]` are per input, others per output. */
export function titleOf(method: MethodName, { magnitude }: Parts<HasShape>): Sentence | string {
  if (magnitude === undefined) return methodTitles[method];
  const title = method === "dora" ? "DoRA" : said`${methodTitles[method]} with DoRA magnitudes`;
  return magnitude.shape.length > 1 ? said`${title} per input` : title;
}

interface HasShape {
  readonly shape: readonly number[];
}

/** The parts that are there, in the order of {@link partSuffixes}. */
export function partEntries<T>(parts: Parts<T>): [PartName, T][] {
  const order: readonly PartName[] = [
    ...(["down", "up", "magnitude", "w1", "w1_a", "w1_b", "w2", "w2_a", "w2_b"] as const),
  ];
  return order.flatMap((part) => {
    const value = parts[part];
    return value === undefined ? [] : [[part, value] as [PartName, T]];
  });
}

/** Something else for each part. */
export function mapParts<T, U>(parts: Parts<T>, change: (value: T, part: PartName) => U): Parts<U> {
  return Object.fromEntries(partEntries(parts).map(([part, value]) => [part, change(value, part)]));
}

/** A part that the method has. @throws AtelierError `internal` when it is missing. */
export function partOf<T>(parts: Parts<T>, part: PartName): T {
  const value = parts[part];
  if (value === undefined) throw internalError(`adapter: no ${part} among its parts.`);
  return value;
}
