/** @file The config by which PEFT builds the modules that the tensors of an adapter then fill. */

import { AtelierError, said } from "@atelier/engine";
import { type MethodName, methodTitles, titleOf } from "../../core/adapter-parts.js";
import type { LoraModule } from "../../core/lora-weights.js";
import { factorize } from "./factorize.js";

/** Modules of one component by their path in it. */
export type ModuleGroup = ReadonlyMap<string, LoraModule>;

const peftTypes: { readonly [M in MethodName]: string } = {
  lora: "LORA",
  dora: "LORA",
  loha: "LOHA",
  lokr: "LOKR",
};

/**
 * The fields of LoraConfig, LoHaConfig or LoKrConfig for the modules of one component.
 * @throws AtelierError `weights` where PEFT could not build them from one config.
 */
export function peftConfig(group: ModuleGroup): Record<string, unknown> {
  const method = methodOf(group);
  const modules = [...group].sort(([a], [b]) => (a < b ? -1 : 1));
  const rank = mostFrequent(modules.map(([, module]) => module.rank));
  const alpha = mostFrequent(modules.map(([, module]) => module.alpha));
  const others = modules.filter(([, module]) => module.rank !== rank);
  const otherAlphas = modules.filter(([, module]) => module.alpha !== alpha);
  const fields = {
    peft_type: peftTypes[method],
    r: rank,
    rank_pattern: Object.fromEntries(others.map(([path, module]) => [path, module.rank])),
    alpha_pattern: Object.fromEntries(otherAlphas.map(([path, module]) => [path, module.alpha])),
    target_modules: modules.map(([path]) => path),
  };
  switch (method) {
    case "lora":
    case "dora":
      return {
        ...fields,
        lora_alpha: alpha,
        use_rslora: false,
        use_dora: method === "dora",
        bias: "none",
      };
    case "loha":
      return { ...fields, alpha, use_effective_conv2d: false };
    case "lokr":
      return { ...fields, alpha, use_effective_conv2d: false, ...decomposition(group) };
    default:
      return method satisfies never;
  }
}

function methodOf(group: ModuleGroup): MethodName {
  const foreign = [...group.values()].find(
    ({ method, parts: { magnitude } }) =>
      magnitude !== undefined && (method !== "dora" || magnitude.shape.length > 1),
  );
  if (foreign !== undefined) {
    throw new AtelierError(
      "weights",
      said`adapter: expected LoRA, LoHa or LoKr, or DoRA with a magnitude per output, as PEFT and diffusers have them, got ${titleOf(foreign.method, foreign.parts)}. Write a kohya file.`,
    );
  }
  const [method = "lora", ...more] = new Set([...group.values()].map((module) => module.method));
  if (more.length === 0) return method;
  const titles = [method, ...more].map((one) => methodTitles[one]).join(" and ");
  throw new AtelierError(
    "weights",
    said`adapter: expected one method for all modules of a component, as PEFT's config has it, got ${titles}. Write a kohya file.`,
  );
}

/** The options from which PEFT computes the extents of both Kronecker factors. */
function decomposition(group: ModuleGroup): Record<string, unknown> {
  const modules = [...group.values()].map(({ parts: { w1, w1_a, w1_b, w2, w2_a } }) => ({
    rows: (w1 ?? w1_a)?.shape[0] ?? 1,
    rowsOfSecond: (w2 ?? w2_a)?.shape[0] ?? 1,
    isSplit: w1_b !== undefined,
  }));
  const explains = (factor: number | undefined): boolean =>
    modules.every(({ rows, rowsOfSecond }) => factorize(rows * rowsOfSecond, factor)[0] === rows);
  const factors = [undefined, ...new Set(modules.map(({ rows }) => rows))];
  const found = factors.findIndex(explains);
  if (found === -1) {
    throw new AtelierError(
      "weights",
      "adapter: expected LoKr modules that were split by one factor, as PEFT's config has it, got several. Write a kohya file.",
    );
  }
  return {
    decompose_factor: factors[found] ?? -1,
    decompose_both: modules.some(({ isSplit }) => isSplit),
  };
}

/** The value that occurs most often; the first of them on a tie. */
function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [[winner] = [1]] = [...counts].sort(([, a], [, b]) => b - a);
  return winner;
}
