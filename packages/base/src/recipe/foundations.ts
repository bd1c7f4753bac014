/**
 * @file What a UNet is trained on: the autoencoder that makes its latents and the text encoder that
 * it reads, both with the values that are shipped, so that an exported model says by itself what its
 * UNet belongs to.
 */

import { narrowFromFloat32, widenToFloat32 } from "@atelier/diffusion/files";
import { type FileStore, floatTensor } from "@atelier/engine";
import { fingerprintOf } from "./latent-cache.js";
import type { NamedWeights } from "./recipe.js";
import { loadTrained, type TrainedModel } from "./recipe-folder.js";

/** The trained models below a UNet. */
export interface Foundations {
  /** Of the autoencoder, in values that 16 bits hold. */
  readonly vae: TrainedModel;
  /** Of text encoder and judge, in values that 16 bits hold. */
  readonly clip: TrainedModel;
  /** Identifies what a UNet depends on: the encoder of pictures and that of texts. */
  readonly fingerprint: string;
}

/** The folders of the models' states. */
export interface FoundationFolders {
  readonly vae: string;
  readonly clip: string;
}

/** Reads what was trained. @throws AtelierError `training` when a model has not been trained. */
export async function loadFoundations(
  files: FileStore,
  folders: FoundationFolders,
): Promise<Foundations> {
  const load = async (model: keyof FoundationFolders): Promise<TrainedModel> => {
    const trained = await loadTrained(files, folders[model], model);
    return { ...trained, weights: asShipped(trained.weights) };
  };
  const [vae, clip] = [await load("vae"), await load("clip")];
  return { vae, clip, fingerprint: await foundationsFingerprint(vae.weights, clip.weights) };
}

/**
 * Identifies the parts of an autoencoder and a text encoder that a UNet depends on; the decoder and
 * the judge are none of them. The same for weights before and after they were exported.
 */
export async function foundationsFingerprint(
  vae: NamedWeights,
  clip: NamedWeights,
): Promise<string> {
  const parts = [encoderWeightsOf(vae), textWeightsOf(clip)].map(asShipped).map(fingerprintOf);
  return (await Promise.all(parts)).map((part) => part.slice(0, 16)).join("-");
}

/** Weights that turn pictures into latents, without those of the decoder. */
export function encoderWeightsOf(vae: NamedWeights): NamedWeights {
  return select(vae, /^(encoder|quant_conv)\./);
}

/** Weights of the text encoder, without those of the judge. */
export function textWeightsOf(clip: NamedWeights): NamedWeights {
  return select(clip, /^text_model\./);
}

function select(weights: NamedWeights, pattern: RegExp): NamedWeights {
  return new Map([...weights].filter(([name]) => pattern.test(name)));
}

/** Weights as an export in 16 bits gives them back. */
function asShipped(weights: NamedWeights): NamedWeights {
  return new Map(
    [...weights].map(([name, { data, shape }]) => [
      name,
      floatTensor(widenToFloat32(narrowFromFloat32(data, "F16"), "F16"), shape),
    ]),
  );
}
