/** @file Writes drawn pictures with what they were drawn from, so that each can be drawn again. */

import {
  encodePng,
  formatA1111Parameters,
  type GenerationParameters,
  parametersKeyword,
} from "@atelier/diffusion/files";
import type { GeneratedImage } from "@atelier/diffusion/pipeline";
import type { AdapterUse } from "./adapter-use.js";
import type { CliContext } from "./cli-context.js";
import type { PictureHashes } from "./file-hashes.js";
import type { PictureNames } from "./picture-names.js";
import { atelierVersion } from "./version.js";

/** What a picture's own parameters do not say. */
export interface PictureSettings {
  /** As the user named it. */
  readonly base: string;
  readonly baseFingerprint: string | undefined;
  readonly guidanceRescale: number;
  readonly eta?: number;
  readonly clipSkip?: number;
  readonly predictionType?: string;
  readonly zeroTerminalSnr?: boolean;
  readonly vae?: string;
  readonly part?: readonly string[];
  /** Embeddings as the user named them. */
  readonly embedding?: readonly string[];
}

/** What pictures are written with. */
export interface PictureWriterInput {
  readonly settings: PictureSettings;
  readonly uses: readonly AdapterUse[];
  readonly hashes: PictureHashes;
  readonly names: PictureNames;
}

/**
 * A function that writes a picture with A1111's text and, for programs, the same and more as JSON,
 * and returns its path.
 */
export function createPictureWriter(
  { files }: CliContext,
  { settings, uses, hashes, names }: PictureWriterInput,
): (image: GeneratedImage) => Promise<string> {
  return async ({ picture, parameters: drawn, sampler, seed }) => {
    const version = `Atelier ${atelierVersion}`;
    const { vae, part: parts } = settings;
    const vaeName = vae === undefined ? {} : { vaeName: vae.split(/[\\/]/).at(-1) ?? vae };
    const parameters = { ...drawn, ...hashFields(drawn, hashes), ...vaeName };
    const { base, baseFingerprint, guidanceRescale, eta = 0, clipSkip = 0 } = settings;
    const { embedding: embeddings = [], predictionType, zeroTerminalSnr } = settings;
    const record = {
      ...parameters,
      // Under the name by which it can be chosen again.
      sampler,
      seed: String(seed),
      version,
      base,
      baseFingerprint,
      guidanceRescale,
      eta,
      clipSkip,
      predictionType,
      zeroTerminalSnr,
      vae,
      parts,
      adapters: uses,
      embeddings,
    };
    const bytes = await encodePng(picture, {
      text: {
        [parametersKeyword]: formatA1111Parameters({ ...parameters, version }),
        atelier: JSON.stringify(record),
      },
    });
    const path = await names(seed);
    await files.write(path, [bytes]);
    return path;
  };
}

/** The hashes that the parameters lack, of embeddings those whose word is in a prompt. */
function hashFields(
  { prompt, negativePrompt = "", loras = [] }: GenerationParameters,
  { model, adapters, embeddings }: PictureHashes,
): Partial<GenerationParameters> {
  const texts = `${prompt}\n${negativePrompt}`.toLowerCase();
  return {
    ...(model === undefined ? {} : { modelHash: model }),
    loras: loras.map((lora, index) => {
      const hash = lora.hash ?? adapters[index];
      return hash === undefined ? lora : { ...lora, hash };
    }),
    embeddings: embeddings.filter(({ name }) => texts.includes(name.toLowerCase())),
  };
}
