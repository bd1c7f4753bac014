/** @file Which layers a LoRA adapts: named sets and patterns over the layers' paths. */

import { AtelierError } from "@atelier/engine";
import type { LayerInfo } from "../models/list-layers.js";

/** Sets of layers by name. */
const presets: Readonly<Record<string, (layer: LayerInfo) => boolean>> = {
  attention: ({ path }) =>
    /\.attn[12]\.(to_[qkv]|to_out\.0)$/.test(path) || /\.self_attn\.(q|k|v|out)_proj$/.test(path),
  "feed-forward": ({ path }) => /\.ff\.net\.(0\.proj|2)$|\.mlp\.fc[12]$/.test(path),
  projections: ({ path }) => /\.proj_(in|out)$/.test(path),
  convolutions: ({ path }) => /\.(conv1|conv2|conv_shortcut|conv)$/.test(path),
  "all-linear": ({ kind }) => kind === "linear",
  all: () => true,
};

/**
 * The layers that any of the targets means. A target is a set's name (`attention`, `feed-forward`,
 * `projections`, `convolutions`, `all-linear`, `all`) or a pattern: a path or the end of one, where
 * `*` stands for any characters.
 * @throws AtelierError `config` naming every target that means no layer.
 */
export function selectLayers(
  layers: readonly LayerInfo[],
  targets: readonly string[],
): LayerInfo[] {
  const tests = targets.map((target) => ({ target, means: testOf(target) }));
  const idle = tests.filter(({ means }) => !layers.some(means)).map(({ target }) => target);
  if (idle.length > 0) {
    const examples = layers.filter((_, i) => i % Math.ceil(layers.length / 4) === 0);
    throw new AtelierError(
      "config",
      `lora.targets: expected ${Object.keys(presets).join(", ")} or patterns over the model's layers, got ${idle.map((target) => `"${target}"`).join(", ")}, which means none of them. Layers are called ${examples.map(({ path }) => path).join(", ")} ….`,
      { context: { targets: idle } },
    );
  }
  return layers.filter((layer) => tests.some(({ means }) => means(layer)));
}

function testOf(target: string): (layer: LayerInfo) => boolean {
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
