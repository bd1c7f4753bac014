/**
 * @file The components of Stable Diffusion 3 and FLUX.1 as single files hold them: written in ComfyUI's layout, read
 * also without its prefixes, and with diffusers' names.
 */

import type { Shape } from "@atelier/engine";
import type { TextEncoderName } from "../../core/component-name.js";
import type { T5Config } from "../../models/t5/config.js";
import type { TransformerConfig } from "../../models/transformer-config.js";
import { configOf, t5ConfigOf } from "../components.js";
import { countWhile, extent, type ShapeTable } from "./infer-configs.js";
import { createKeyTable, type KeyRule } from "./key-rules.js";
import { denoiserPrefix, type SingleFilePart } from "./single-file-layout.js";
import { llamaT5Rules, t5Rules } from "./t5-rules.js";
import { fluxRules, mmditRules, transformerRulesOf } from "./transformer-rules.js";

/** The transformer. @param infer its config, of its original names below the prefix */
export function transformerPart(infer: (table: ShapeTable) => TransformerConfig): SingleFilePart {
  return {
    component: "transformer",
    prefixes: [denoiserPrefix],
    bare: /^((double|single|joint)_blocks|(single_)?transformer_blocks)\.\d+\./,
    rules(configs, stored) {
      if (stored !== undefined && isOfDiffusers(stored)) return ownNames;
      const config = configOf(configs, "transformer");
      return config.kind === "flux" ? fluxRules(config) : mmditRules(config);
    },
    infer: (table) => ({
      transformer: infer(isOfDiffusers(table) ? inOriginalNames(table) : table),
    }),
  };
}

/** What the names of diffusers begin with, which are the model's own. */
const ownNames: readonly KeyRule[] = [
  ...["pos_embed", "x_embedder", "context_embedder", "time_text_embed", "transformer_blocks"],
  ...["single_transformer_blocks", "norm_out", "proj_out"],
].map((name) => ({ model: name, file: name }));

function isOfDiffusers({ shapes }: ShapeTable): boolean {
  return [...shapes.keys()].some((name) => name.startsWith("transformer_blocks."));
}

/** Shapes under the names of the original files; what is several tensors in diffusers is one there. */
function inOriginalNames({ where, shapes: own }: ShapeTable): ShapeTable {
  const modules = [...own.keys()].map((name) => name.slice(0, name.lastIndexOf(".")));
  const table = createKeyTable(transformerRulesOf(modules));
  const shapes = new Map<string, Shape>();
  for (const [name, [rows = 0, ...rest]] of own) {
    const match = table.toFile(name);
    const original = match?.name ?? name;
    const before = match?.change?.kind === "part" ? (shapes.get(original)?.[0] ?? 0) : 0;
    shapes.set(original, [before + rows, ...rest]);
  }
  return { where, shapes };
}

/** A T5 encoder under transformers' names. @param fileName see {@link SingleFilePart} */
export function t5Part(
  component: TextEncoderName,
  prefix: string,
  fileName?: string,
): SingleFilePart {
  return {
    component,
    prefixes: [prefix],
    ...(fileName === undefined ? {} : { fileName }),
    rules: (configs, stored) =>
      stored !== undefined && isOfLlama(stored)
        ? llamaT5Rules(t5ConfigOf(configs, component).numLayers)
        : t5Rules,
    infer: (table) => ({
      [component]: inferT5Config(isOfLlama(table) ? inOwnT5Names(table) : table),
    }),
  };
}

function isOfLlama({ shapes }: ShapeTable): boolean {
  return shapes.has("token_embd.weight");
}

function inOwnT5Names({ where, shapes: stored }: ShapeTable): ShapeTable {
  const layers = countWhile((layer) => stored.has(`enc.blk.${layer}.attn_q.weight`));
  const table = createKeyTable(llamaT5Rules(layers));
  const shapes = [...stored].flatMap(([name, shape]) =>
    table.toModel(name).map((match) => [match.name, shape] as const),
  );
  return { where, shapes: new Map(shapes) };
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
