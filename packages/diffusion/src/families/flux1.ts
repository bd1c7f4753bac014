/**
 * @file FLUX.1 of Black Forest Labs, dev and schnell: a transformer on packed latents that reads T5's states and CLIP's
 * pooled one. dev was distilled from its own guidance and reads how much of it as a number.
 */

import { constant, div, floatTensor, internalError } from "@atelier/engine";
import { clipText } from "../models/clip-text/model.js";
import type { FluxConfig } from "../models/flux/config.js";
import { flux } from "../models/flux/model.js";
import { imageIds, packLatents, unpackLatents } from "../models/flux/packing.js";
import { type Configs, clipConfigOf, configOf, t5ConfigOf } from "./components.js";
import type { ConditioningRules, ModelFamily, TextEncoder } from "./family.js";
import { inferFluxConfig } from "./keys/infer-transformer-configs.js";
import { clipPart, vaePart } from "./keys/ldm-parts.js";
import { comfyVaePrefix, type ReadableTensors, vaePrefix } from "./keys/single-file-layout.js";
import { t5Part, transformerPart } from "./keys/transformer-parts.js";
import { clipEncoder, t5TextEncoder } from "./text-encoders.js";
import { tokensOfLatents, transformerFamily, transformerProblems } from "./transformer-family.js";

/** Names of the tensors of a conditioning, as diffusers calls them. */
const names = {
  states: "encoder_hidden_states",
  pooled: "pooled_projections",
  guidance: "guidance",
} as const;

/** Latents that are one token of the transformer. */
const packed = 4;
const coordinates = 3;

const wholeClip = clipEncoder("text_encoder", { tokenizerFolder: "tokenizer" });
const clip: TextEncoder = {
  ...wholeClip,
  // Of its states only the pooled one is read, which comes of the last.
  limits: (configs) => ({ ...wholeClip.limits(configs), clipSkip: 0 }),
  encode(configs, weights, ids, blocks) {
    const text = clipText(clipConfigOf(configs, "text_encoder"), weights, ids, blocks);
    return { states: text.lastHiddenState, pooled: text.pooledOutput };
  },
};
const t5 = t5TextEncoder("text_encoder_2", {
  tokenizerFolder: "tokenizer_2",
  tokens: (configs) => transformerOf(configs).maxSequenceLength ?? 512,
});

function transformerOf(configs: Configs): FluxConfig {
  const config = configOf(configs, "transformer");
  if (config.kind === "flux") return config;
  throw internalError(`expected the transformer of FLUX.1, got one of ${config.kind}.`);
}

const conditioning: ConditioningRules = {
  sequence: names.states,
  isJoint: true,
  tokens: (configs) => t5.limits(configs).tokens,
  shapes(configs, rows, tokens) {
    const { jointAttentionDim, pooledProjectionDim, guidanceEmbeds } = transformerOf(configs);
    return {
      [names.states]: [rows, tokens, jointAttentionDim],
      [names.pooled]: [rows, pooledProjectionDim],
      ...(guidanceEmbeds ? { [names.guidance]: [rows] } : {}),
    };
  },
  ofTexts: (_, { text_encoder: first, text_encoder_2: second }) => ({
    ...(second === undefined ? {} : { [names.states]: second.states }),
    ...(first?.pooled === undefined ? {} : { [names.pooled]: first.pooled }),
  }),
  ofSizes: () => ({}),
  ofGuidance: (configs, scale) =>
    transformerOf(configs).guidanceEmbeds ? { [names.guidance]: floatTensor([scale], [1]) } : {},
  none: () => "empty-text",
};

/** FLUX.1 dev and schnell. */
export const flux1: ModelFamily = {
  ...transformerFamily,
  id: "flux1",
  title: "FLUX.1",
  publishedWidths: [768],
  pipelineClass: "FluxPipeline",
  index: { feature_extractor: [null, null], image_encoder: [null, null] },
  components: ["transformer", "vae", "text_encoder", "text_encoder_2"],
  optional: [],
  denoiserClass: "FluxTransformer2DModel",
  textEncoders: [clip, t5],
  recognises: ({ transformer }) => transformer?.kind === "flux",
  problems(configs) {
    const { jointAttentionDim, pooledProjectionDim } = transformerOf(configs);
    const { hiddenSize } = clipConfigOf(configs, "text_encoder");
    const { dModel } = t5ConfigOf(configs, "text_encoder_2");
    return [
      ...transformerProblems(configs, packed),
      ...(hiddenSize === pooledProjectionDim
        ? []
        : [`CLIP's pooled state must be ${pooledProjectionDim} wide, is ${hiddenSize}`]),
      ...(dModel === jointAttentionDim
        ? []
        : [`T5's states must be ${jointAttentionDim} wide, are ${dModel}`]),
    ];
  },
  conditioning,
  guidance: (configs) => (transformerOf(configs).guidanceEmbeds ? "embedded" : "none"),
  predict(configs, weights, { sample, time, conditioning: given }, blocks) {
    const {
      [names.states]: encoderHiddenStates = sample,
      [names.pooled]: pooledProjections = sample,
      [names.guidance]: guidance,
    } = given;
    const [, , height = 0, width = 0] = sample.shape;
    const [rows, columns] = [height / 2, width / 2];
    const [, tokens = 0] = encoderHiddenStates.shape;
    const idsOf = (count: number, ids: Float32Array) =>
      constant(floatTensor(ids, [count, coordinates]));
    const prediction = flux(
      transformerOf(configs),
      weights,
      {
        hiddenStates: packLatents(sample),
        // The process counts to 1000, this transformer to 1.
        timestep: div(time, 1000),
        ...(guidance && { guidance }),
        encoderHiddenStates,
        pooledProjections,
        imgIds: idsOf(rows * columns, imageIds(rows, columns)),
        txtIds: idsOf(tokens, new Float32Array(tokens * coordinates)),
      },
      blocks,
    );
    return unpackLatents(prediction, { height, width });
  },
  sampling: {
    steps: 28,
    // schnell, which has no guidance either.
    fewSteps: (configs) => (transformerOf(configs).guidanceEmbeds ? undefined : 4),
    guidanceScale: 3.5,
    sampler: "euler",
    flow: { range: "steps", tokensOf: tokensOfLatents },
  },
  // As for Stable Diffusion 3; Black Forest Labs do not say.
  training: { timesteps: { distribution: "logit_normal" } },
  adapters: {
    spec: () => ({ architecture: "flux-1", baseVersion: "flux1" }),
    numbersTextEncoders: true,
    denoiserNames: "original",
    implementation: "https://github.com/black-forest-labs/flux",
    isSecondVersion: false,
  },
  singleFile: {
    parts: [
      transformerPart(inferFluxConfig),
      vaePart({
        ...{ scale: 0.3611, shift: 0.1159, fileName: "ae.safetensors" },
        prefixes: [comfyVaePrefix, vaePrefix],
      }),
      clipPart("text_encoder", "text_encoders.clip_l.transformer.", {
        ...{ fileName: "clip_l.safetensors", isUnprojected: true },
      }),
      t5Part("text_encoder_2", "text_encoders.t5xxl.transformer.", "t5xxl_fp16.safetensors"),
    ],
    owns: (entries) => [...entries.keys()].some((name) => ownNames.test(name)),
    scheduler: schedulerOf,
    marksPrediction: false,
  },
};

/** Of Black Forest Labs' and of diffusers' names, those that no other transformer has. */
const ownNames =
  /^(model\.diffusion_model\.)?(double_blocks\.\d+\.img_attn\.qkv|single_transformer_blocks\.\d+)\./;
const guidanceNames =
  /^(model\.diffusion_model\.)?(guidance_in\.in_layer|time_text_embed\.guidance_embedder\.linear_1)\.weight$/;

/** Of dev, which embeds its guidance, or of schnell. */
function schedulerOf(entries: ReadableTensors["entries"]): Readonly<Record<string, unknown>> {
  const isDev = [...entries.keys()].some((name) => guidanceNames.test(name));
  return {
    _class_name: "FlowMatchEulerDiscreteScheduler",
    num_train_timesteps: 1000,
    base_image_seq_len: 256,
    max_image_seq_len: 4096,
    base_shift: 0.5,
    max_shift: 1.15,
    shift: isDev ? 3 : 1,
    use_dynamic_shifting: isDev,
  };
}
