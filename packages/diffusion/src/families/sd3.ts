/**
 * @file Stable Diffusion 3 and 3.5 (Esser et al. 2024, arXiv 2403.03206): a transformer that reads two CLIPs'
 * penultimate states side by side, T5's behind them, and the CLIPs' pooled projections. T5 may be missing.
 */

import { internalError } from "@atelier/engine";
import type { MmditConfig } from "../models/mmdit/config.js";
import { mmdit } from "../models/mmdit/model.js";
import { type Configs, clipConfigOf, configOf, t5ConfigOf } from "./components.js";
import type { ConditioningRules, ModelFamily } from "./family.js";
import { inferMmditConfig } from "./keys/infer-transformer-configs.js";
import { clipPart, vaePart } from "./keys/ldm-parts.js";
import { t5Part, transformerPart } from "./keys/transformer-parts.js";
import { penultimateEncoder, t5TextEncoder } from "./text-encoders.js";
import { tokensOfLatents, transformerFamily, transformerProblems } from "./transformer-family.js";

/** Names of the tensors of a conditioning, as diffusers calls them. */
const names = { states: "encoder_hidden_states", pooled: "pooled_projections" } as const;

/** Tokens that T5 reads, or zeros in its place: as many as in diffusers, unless a user says otherwise. */
function t5Tokens(configs: Configs): number {
  return transformerOf(configs).maxSequenceLength ?? 256;
}

const clips = [
  penultimateEncoder(
    "text_encoder",
    { tokenizerFolder: "tokenizer", padToken: "<|endoftext|>" },
    { pools: true },
  ),
  penultimateEncoder(
    "text_encoder_2",
    { tokenizerFolder: "tokenizer_2", padToken: "!" },
    { pools: true },
  ),
];
const t5 = t5TextEncoder("text_encoder_3", { tokenizerFolder: "tokenizer_3", tokens: t5Tokens });

function transformerOf(configs: Configs): MmditConfig {
  const config = configOf(configs, "transformer");
  if (config.kind === "mmdit") return config;
  throw internalError(`expected the transformer of Stable Diffusion 3, got one of ${config.kind}.`);
}

const conditioning: ConditioningRules = {
  sequence: names.states,
  isJoint: true,
  tokens: (configs) => configOf(configs, "text_encoder").maxPositionEmbeddings + t5Tokens(configs),
  shapes: (configs, rows, tokens) => ({
    [names.states]: [rows, tokens, transformerOf(configs).jointAttentionDim],
    [names.pooled]: [rows, transformerOf(configs).pooledProjectionDim],
  }),
  ofTexts(configs, { text_encoder: first, text_encoder_2: second, text_encoder_3: third }, ops) {
    const both = [first, second].flatMap((text) => text ?? []);
    const states = ops.concat(
      both.map((text) => text.states),
      2,
    );
    const wide = ops.pad(states, 2, transformerOf(configs).jointAttentionDim);
    const [, own = 0] = wide.shape;
    const pooled = both.flatMap((text) => text.pooled ?? []);
    return {
      // Zeros stand for T5 where it is missing.
      [names.states]:
        third === undefined
          ? ops.pad(wide, 1, own + t5Tokens(configs))
          : ops.concat([wide, third.states], 1),
      [names.pooled]: ops.concat(pooled, 1),
    };
  },
  ofSizes: () => ({}),
  none: () => "empty-text",
};

/** Of Stability's and of diffusers' names, those that no other transformer has. */
const ownNames = /^(model\.diffusion_model\.)?(joint_blocks\.\d+\.|pos_embed\.proj\.weight$)/;

/** Stable Diffusion 3 and 3.5. */
export const sd3: ModelFamily = {
  ...transformerFamily,
  id: "sd3",
  title: "Stable Diffusion 3",
  publishedWidths: [768, 1280],
  pipelineClass: "StableDiffusion3Pipeline",
  index: { feature_extractor: [null, null], image_encoder: [null, null] },
  components: ["transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3"],
  optional: ["text_encoder_3"],
  denoiserClass: "SD3Transformer2DModel",
  textEncoders: [...clips, t5],
  recognises: ({ transformer }) => transformer?.kind === "mmdit",
  problems(configs) {
    const { jointAttentionDim, pooledProjectionDim } = transformerOf(configs);
    const both = clips.map(({ component }) => clipConfigOf(configs, component));
    const width = both.reduce((sum, { hiddenSize }) => sum + hiddenSize, 0);
    const pooled = both.reduce(
      (sum, { hasProjection, projectionDim, hiddenSize }) =>
        sum + (hasProjection ? projectionDim : hiddenSize),
      0,
    );
    const t5Width =
      configs.text_encoder_3 === undefined
        ? jointAttentionDim
        : t5ConfigOf(configs, "text_encoder_3").dModel;
    return [
      ...transformerProblems(configs, 1),
      ...(width <= jointAttentionDim
        ? []
        : [`the CLIPs' states must be at most ${jointAttentionDim} wide together, are ${width}`]),
      ...(pooled === pooledProjectionDim
        ? []
        : [`the CLIPs' pooled states must be ${pooledProjectionDim} wide together, are ${pooled}`]),
      ...(t5Width === jointAttentionDim
        ? []
        : [`T5's states must be ${jointAttentionDim} wide, are ${t5Width}`]),
    ];
  },
  conditioning,
  // The last block reads the text once more, and nobody what it makes of it.
  unread: (configs) => {
    const last = transformerOf(configs).numLayers - 1;
    return [`transformer_blocks.${last}.attn.add_q_proj`];
  },
  guidance: () => "two-pass",
  predict(configs, weights, { sample, time, conditioning: given }, blocks) {
    const { [names.states]: encoderHiddenStates = sample, [names.pooled]: pooled = sample } = given;
    const inputs = {
      hiddenStates: sample,
      timestep: time,
      encoderHiddenStates,
      pooledProjections: pooled,
    };
    return mmdit(transformerOf(configs), weights, inputs, blocks);
  },
  sampling: {
    steps: 28,
    guidanceScale: 7,
    sampler: "euler",
    flow: { range: "table", tokensOf: tokensOfLatents },
  },
  // As its authors drew them (Esser et al. 2024, section 5.2), and most programs since.
  training: { timesteps: { distribution: "logit_normal" } },
  adapters: {
    spec: () => ({ architecture: "stable-diffusion-3", baseVersion: "sd3" }),
    numbersTextEncoders: true,
    denoiserNames: "original",
    implementation: "https://github.com/Stability-AI/generative-models",
    isSecondVersion: false,
  },
  singleFile: {
    parts: [
      transformerPart(inferMmditConfig),
      vaePart({ scale: 1.5305, shift: 0.0609 }),
      clipPart("text_encoder", "text_encoders.clip_l.transformer.", {
        fileName: "clip_l.safetensors",
      }),
      clipPart("text_encoder_2", "text_encoders.clip_g.transformer.", {
        fileName: "clip_g.safetensors",
      }),
      t5Part("text_encoder_3", "text_encoders.t5xxl.transformer.", "t5xxl_fp16.safetensors"),
    ],
    owns: (entries) => [...entries.keys()].some((name) => ownNames.test(name)),
    scheduler: () => ({
      _class_name: "FlowMatchEulerDiscreteScheduler",
      num_train_timesteps: 1000,
      shift: 3,
    }),
    marksPrediction: false,
  },
};
