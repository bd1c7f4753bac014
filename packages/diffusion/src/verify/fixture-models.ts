/**
 * @file Models as fixtures describe them: which class a fixture holds, by its config and the names
 * of its weights, and how its named inputs become its named outputs.
 */

import type { GraphNode, Weights } from "@atelier/engine";
import { readVaeConfig } from "../models/autoencoder-kl/config.js";
import { sampleLatents } from "../models/autoencoder-kl/latents.js";
import { decodeLatents, encodeImage } from "../models/autoencoder-kl/model.js";
import { readClipTextConfig } from "../models/clip-text/config.js";
import { clipText } from "../models/clip-text/model.js";
import { readFluxConfig } from "../models/flux/config.js";
import { flux } from "../models/flux/model.js";
import { readMmditConfig } from "../models/mmdit/config.js";
import { mmdit } from "../models/mmdit/model.js";
import { readT5Config } from "../models/t5/config.js";
import { t5Encoder } from "../models/t5/model.js";
import { readUNetConfig } from "../models/unet/config.js";
import { unet } from "../models/unet/model.js";

/** The inputs that a fixture stores, by name without `in.`. */
export interface FixtureInputs {
  has(name: string): boolean;
  /** @throws AtelierError `format` when the fixture has no such input. */
  get(name: string): GraphNode;
}

/** The named outputs of a model; the loss is taken on the first that a fixture stores. */
export type FixtureOutputs = Readonly<Record<string, GraphNode>>;

/** A model whose fixtures can be run. */
export interface FixtureModel {
  readonly classNames: readonly string[];
  /** Whether weights of these names belong to it. */
  readonly owns: (names: ReadonlySet<string>) => boolean;
  readonly build: (
    config: unknown,
    weights: Weights,
    inputs: FixtureInputs,
    names: ReadonlySet<string>,
  ) => FixtureOutputs;
}

const unetModel: FixtureModel = {
  classNames: ["UNet2DConditionModel"],
  owns: (names) => names.has("conv_in.weight") && names.has("time_embedding.linear_1.weight"),
  build(config, weights, inputs) {
    const out = unet(readUNetConfig(config), weights, {
      sample: inputs.get("sample"),
      timestep: inputs.get("timestep"),
      encoderHiddenStates: inputs.get("encoder_hidden_states"),
      ...(inputs.has("text_embeds") ? { textEmbeds: inputs.get("text_embeds") } : {}),
      ...(inputs.has("time_ids") ? { timeIds: inputs.get("time_ids") } : {}),
    });
    return { out };
  },
};

const vaeModel: FixtureModel = {
  classNames: ["AutoencoderKL"],
  owns: (names) => names.has("encoder.conv_in.weight") && names.has("decoder.conv_in.weight"),
  build(json, weights, inputs) {
    const config = readVaeConfig(json);
    const distribution = encodeImage(config, weights, inputs.get("image"));
    const latents = inputs.has("eps")
      ? sampleLatents(distribution, inputs.get("eps"))
      : distribution.mean;
    return {
      decoded: decodeLatents(config, weights, latents),
      mean: distribution.mean,
      logvar: distribution.logVariance,
    };
  },
};

const clipModel: FixtureModel = {
  classNames: ["CLIPTextModel", "CLIPTextModelWithProjection", "clip_text_model"],
  owns: (names) => names.has("text_model.embeddings.token_embedding.weight"),
  build(json, weights, inputs, names) {
    const config = readClipTextConfig(json, { hasProjection: names.has("text_projection.weight") });
    const outputs = clipText(config, weights, inputs.get("input_ids"));
    return {
      last_hidden_state: outputs.lastHiddenState,
      penultimate: outputs.penultimate,
      pooler_output: outputs.pooledOutput,
      ...(outputs.textEmbeds === undefined ? {} : { text_embeds: outputs.textEmbeds }),
    };
  },
};

const mmditModel: FixtureModel = {
  classNames: ["SD3Transformer2DModel"],
  owns: (names) => names.has("pos_embed.proj.weight") && names.has("context_embedder.weight"),
  build(config, weights, inputs) {
    const out = mmdit(readMmditConfig(config), weights, {
      hiddenStates: inputs.get("hidden_states"),
      timestep: inputs.get("timestep"),
      encoderHiddenStates: inputs.get("encoder_hidden_states"),
      pooledProjections: inputs.get("pooled_projections"),
    });
    return { out };
  },
};

const fluxModel: FixtureModel = {
  classNames: ["FluxTransformer2DModel"],
  owns: (names) => names.has("x_embedder.weight") && names.has("context_embedder.weight"),
  build(json, weights, inputs) {
    const config = readFluxConfig(json);
    const out = flux(config, weights, {
      hiddenStates: inputs.get("hidden_states"),
      timestep: inputs.get("timestep"),
      // A fixture may hold one that the model does not read.
      ...(config.guidanceEmbeds ? { guidance: inputs.get("guidance") } : {}),
      encoderHiddenStates: inputs.get("encoder_hidden_states"),
      pooledProjections: inputs.get("pooled_projections"),
      imgIds: inputs.get("img_ids"),
      txtIds: inputs.get("txt_ids"),
    });
    return { out };
  },
};

const t5Model: FixtureModel = {
  classNames: ["T5EncoderModel", "t5"],
  owns: (names) => names.has("shared.weight"),
  build: (config, weights, inputs) => ({
    last_hidden_state: t5Encoder(readT5Config(config), weights, inputs.get("input_ids")),
  }),
};

/** All models whose fixtures can be run. */
export const fixtureModels: readonly FixtureModel[] = [
  unetModel,
  vaeModel,
  clipModel,
  mmditModel,
  fluxModel,
  t5Model,
];
