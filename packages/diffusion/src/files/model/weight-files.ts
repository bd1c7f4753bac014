/**
 * @file Names of weight files in a component's folder: whole or in shards, plain or in a variant,
 * and PyTorch's pickled form where there is no other.
 */

/** The weight file to open: one file of tensors, or the index of safetensors shards. */
export interface WeightFiles {
  readonly kind: "single" | "index";
  readonly name: string;
  /** The files of the shards, where there is an index. */
  readonly shards: readonly string[];
  /** Whether the variant is absent and the plain weights stand in for it. */
  readonly isFallback: boolean;
}

const bases = ["diffusion_pytorch_model", "model"];

/** What transformers calls the pickled form of `model`. */
const pickledBases = ["diffusion_pytorch_model", "pytorch_model"];

/** Finds the weights among the names in a component's folder, in the variant if it is there. */
export function findWeightFiles(
  names: readonly string[],
  variant?: string,
): WeightFiles | undefined {
  for (const wanted of variant === undefined ? [undefined] : [variant, undefined]) {
    const isFallback = wanted !== variant;
    const dot = wanted === undefined ? "" : `.${wanted}`;
    for (const base of bases) {
      const single = `${base}${dot}.safetensors`;
      if (names.includes(single)) return { kind: "single", name: single, shards: [], isFallback };
      // Both forms exist: the SD 3 repository has the first, newer diffusers write the second.
      const indexes = [
        `${base}.safetensors.index${dot}.json`,
        `${base}${dot}.safetensors.index.json`,
      ];
      const index = indexes.find((name) => names.includes(name));
      if (index === undefined) continue;
      const shards = names.filter((name) => isShard(name, base, dot));
      return { kind: "index", name: index, shards, isFallback };
    }
    const pickled = pickledBases.map((base) => `${base}${dot}.bin`);
    const name = pickled.find((candidate) => names.includes(candidate));
    if (name !== undefined) return { kind: "single", name, shards: [], isFallback };
  }
  return undefined;
}

/** Why there are no weights, as the end of a message: `got …. What to do.` */
export function explainMissingWeights(names: readonly string[]): string {
  const variants = names.flatMap((name) => {
    const found = /^(?:diffusion_pytorch_model|model)\.([\w-]+)\.safetensors$/.exec(name);
    return found?.[1] === undefined ? [] : [found[1]];
  });
  if (variants.length > 0) {
    return `got only the variant ${variants.join(", ")}. Choose it with the variant option.`;
  }
  if (names.some((name) => name.endsWith(".bin"))) {
    return "got shards of a PyTorch pickle (.bin). Use the safetensors form of the model.";
  }
  return `got ${names.join(", ") || "no files"}. Download the model again.`;
}

/** `base-00001-of-00002.fp16.safetensors` or `base.fp16-00001-of-00002.safetensors`. */
function isShard(name: string, base: string, dot: string): boolean {
  const plain = name.replace(/-\d{5}-of-\d{5}/, "");
  return plain !== name && plain === `${base}${dot}.safetensors`;
}
