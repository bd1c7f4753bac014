/** @file Which layers a LoRA adapts: named sets and patterns over the layers' paths. */

import { AtelierError, said } from "@atelier/engine";
import type { LayerInfo } from "../models/list-layers.js";

/** Sets of layers by name, as a family has them. */
export type LayerPresets = Readonly<Record<string, (layer: LayerInfo) => boolean>>;

/**
 * The layers that any of the targets means. A target is a set's name (`attention`, `all` …) or a pattern: a path
 * or the end of one, where `*` stands for any characters.
 * @throws AtelierError `config` naming every target that means no layer.
 */
export function selectLayers(
  layers: readonly LayerInfo[],
  targets: readonly string[],
  presets: LayerPresets,
): LayerInfo[] {
  const tests = targets.map((target) => ({ target, means: testOf(target, presets) }));
  const idle = tests.filter(({ means }) => !layers.some(means)).map(({ target }) => target);
  if (idle.length > 0) {
    const examples = layers.filter((_, i) => i % Math.ceil(layers.length / 4) === 0);
    throw new AtelierError(
      "config",
      said`lora.targets: expected ${Object.keys(presets).join(", ")} or patterns over the model's layers, got ${idle.map((target) => `"${target}"`).join(", ")}, which means none of them. Layers are called ${examples.map(({ path }) => path).join(", ")} ….`,
      { context: { targets: idle } },
    );
  }
  return layers.filter((layer) => tests.some(({ means }) => means(layer)));
}

function testOf(target: string, presets: LayerPresets): (layer: LayerInfo) => boolean {
  const preset = Object.entries(presets).find(([name]) => name === target)?.[1];
  if (preset !== undefined) return preset;
  const means = pathMatcher(target);
  return ({ path }) => means(path);
}

/** Whether a path is a pattern's, or ends with it; `*` stands for any characters. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const body = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  const expression = new RegExp(`(^|\\.)${body.join(".*")}$`);
  return (path) => expression.test(path);
}
