/** @file The components of Stable Diffusion 3 and FLUX.1 as single files hold them, in ComfyUI's layout. */

import type { TextEncoderName } from "../../core/component-name.js";
import type { T5Config } from "../../models/t5/config.js";
import type { TransformerConfig } from "../../models/transformer-config.js";
import { configOf } from "../components.js";
import { countWhile, extent, type ShapeTable } from "./infer-configs.js";
import { denoiserPrefix, type SingleFilePart } from "./single-file-layout.js";
import { t5Rules } from "./t5-rules.js";
import { fluxRules, mmditRules } from "./transformer-rules.js";

/** The transformer. @param infer its config, of its names below the prefix */
export function transformerPart(infer: (table: ShapeTable) => TransformerConfig): SingleFilePart {
  return {
    component: "transformer",
    prefix: denoiserPrefix,
    rules(configs) {
      const config = configOf(configs, "transformer");
      return config.kind === "flux" ? fluxRules(config) : mmditRules(config);
    },
    infer: (table) => ({ transformer: infer(table) }),
  };
}

/** A T5 encoder under transformers' names. */
export function t5Part(component: TextEncoderName, prefix: string): SingleFilePart {
  return {
    component,
    prefix,
    rules: () => t5Rules,
    infer: (table) => ({ [component]: inferT5Config(table) }),
  };
}

/** A T5 encoder by the shapes of its tensors; what they cannot tell is as in T5 1.1. @throws AtelierError `weights`. */
export function inferT5Config(table: ShapeTable): T5Config {
  const { shapes } = table;
  const attention = "encoder.block.0.layer.0.SelfAttention";
  const [buckets = 0, numHeads = 0] = [0, 1].map((axis) =>
    extent(table, `${attention}.relative_attention_bias.weight`, axis),
  );
  return {
    kind: "t5",
    vocabSize: extent(table, "shared.weight", 0),
    dModel: extent(table, "shared.weight", 1),
    dKv: extent(table, `${attention}.q.weight`, 0) / numHeads,
    dFf: extent(table, "encoder.block.0.layer.1.DenseReluDense.wi_0.weight", 0),
    numLayers: countWhile((layer) =>
      shapes.has(`encoder.block.${layer}.layer.0.SelfAttention.q.weight`),
    ),
    numHeads,
    relativeAttentionNumBuckets: buckets,
    relativeAttentionMaxDistance: 128,
    layerNormEpsilon: 1e-6,
  };
}
