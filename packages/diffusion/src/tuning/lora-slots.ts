/** @file Which layer gets an adapter of which size: the common rank and alpha, and patterns for some. */

import { AtelierError, said } from "@atelier/engine";
import type { MethodName } from "../core/adapter-parts.js";
import type { AdaptedComponent } from "../core/component-name.js";
import type { LayerInfo } from "../models/list-layers.js";
import type { LoraSlot } from "./lora-initial.js";
import { pathMatcher } from "./lora-targets.js";
import { adapterMethods } from "./methods/methods.js";

/** Numbers for the layers that patterns mean; the first that means a layer counts. */
export type LayerPatterns = Readonly<Record<string, number>>;

/** How large the adapters are. */
export interface LoraSlotsOptions {
  /** Adapted layers of each component. */
  readonly layers: ReadonlyMap<AdaptedComponent, readonly LayerInfo[]>;
  /** LoRA by default. */
  readonly method?: MethodName;
  readonly rank: number;
  readonly alpha: number;
  /** Scales by alpha / √rank instead of alpha / rank (rsLoRA, Kalajdzievski 2023). */
  readonly usesRootOfRank?: boolean;
  readonly rankPattern?: LayerPatterns | undefined;
  readonly alphaPattern?: LayerPatterns | undefined;
  /** LoKr: see `AdapterForm`. */
  readonly factor?: number | undefined;
  readonly decomposesBoth?: boolean | undefined;
}

/** The slots of all layers. @throws AtelierError `config` for patterns that mean none of them. */
export function loraSlots({
  layers,
  method = "lora",
  usesRootOfRank = false,
  rankPattern = {},
  alphaPattern = {},
  ...options
}: LoraSlotsOptions): LoraSlot[] {
  const paths = [...layers.values()].flat().map(({ path }) => path);
  const [rankFor, alphaFor] = [
    valueByPattern("lora.rankPattern", rankPattern, paths),
    valueByPattern("lora.alphaPattern", alphaPattern, paths),
  ];
  const { shapes: shapesOf, isScaled } = adapterMethods[method];
  return [...layers].flatMap(([component, infos]) =>
    infos.map(({ path, weightShape }): LoraSlot => {
      const rank = rankFor(path) ?? options.rank;
      const shapes = shapesOf(weightShape, { ...options, rank });
      const alpha = (alphaFor(path) ?? options.alpha) * (usesRootOfRank ? Math.sqrt(rank) : 1);
      const module = `${component}.${path}`;
      return { module, weightShape, method, shapes, rank, alpha: isScaled(shapes) ? alpha : rank };
    }),
  );
}

function valueByPattern(
  field: string,
  patterns: LayerPatterns,
  paths: readonly string[],
): (path: string) => number | undefined {
  const tests = Object.entries(patterns).map(([pattern, value]) => ({
    ...{ pattern, value },
    means: pathMatcher(pattern),
  }));
  const idle = tests.filter(({ means }) => !paths.some(means)).map(({ pattern }) => pattern);
  if (idle.length > 0) {
    throw new AtelierError(
      "config",
      said`${field}: expected patterns over the adapted layers, got ${idle.map((pattern) => `"${pattern}"`).join(", ")}, which means none of them. The adapted layers are called ${paths.slice(0, 4).join(", ")} ….`,
      { context: { patterns: idle } },
    );
  }
  return (path) => tests.find(({ means }) => means(path))?.value;
}
