/** @file The components that Stable Diffusion and SDXL have in common, as single files hold them. */

import type { TextEncoderName } from "../../core/component-name.js";
import type { VaeConfig } from "../../models/autoencoder-kl/config.js";
import { type Configs, clipConfigOf, configOf } from "../components.js";
import {
  inferClipConfig,
  inferOpenClipConfig,
  inferUNetConfig,
  inferVaeConfig,
  type ShapeTable,
} from "./infer-configs.js";
import { huggingFaceClipRules, openClipRules, unetRules, vaeRules } from "./ldm-rules.js";
import {
  comfyVaePrefix,
  denoiserPrefix,
  type InferHints,
  type SingleFilePart,
  vaePrefix,
} from "./single-file-layout.js";

/** The UNet. @param sampleSize what its latents measure, where shapes do not tell */
export function unetPart(
  sampleSize: (hints: InferHints) => number | undefined = () => undefined,
): SingleFilePart {
  return {
    component: "unet",
    prefixes: [denoiserPrefix],
    rules: (configs) => unetRules(configOf(configs, "unet")),
    infer(table, hints) {
      const config = inferUNetConfig(table);
      return { unet: { ...config, sampleSize: sampleSize(hints) ?? config.sampleSize } };
    },
  };
}

/**
 * The autoencoder. What shapes do not tell is as of one that is known already, whose place it takes.
 * @param usual how its latents are scaled and shifted, and where it stands
 */
export function vaePart({
  scale,
  shift = 0,
  ...place
}: {
  readonly scale: number;
  readonly shift?: number;
} & Partial<Pick<SingleFilePart, "prefixes" | "fileName">>): SingleFilePart {
  return {
    component: "vae",
    prefixes: [vaePrefix, comfyVaePrefix],
    ...place,
    rules: (configs) => vaeRules(configOf(configs, "vae")),
    infer: (table, { configs, scalingFactor = scale }) => ({
      vae: {
        ...inferVaeConfig(inLdmNames(table), {
          latentSize: latentSizeOf(configs),
          scalingFactor,
          shiftFactor: shift,
        }),
        ...untold(configs.vae),
      },
    }),
  };
}

/** Of the latents that the denoiser was trained on; FLUX.1's says none. */
function latentSizeOf({ unet, transformer }: Configs): number {
  return unet?.sampleSize ?? (transformer?.kind === "mmdit" ? transformer.sampleSize : 128);
}

function untold(known: VaeConfig | undefined): Partial<VaeConfig> {
  if (known === undefined) return {};
  const { sampleSize, normNumGroups, scalingFactor, shiftFactor, forceUpcast } = known;
  return { sampleSize, normNumGroups, scalingFactor, shiftFactor, forceUpcast };
}

/** Names of diffusers as those that say as much in LDM's form. */
function inLdmNames({ where, shapes }: ShapeTable): ShapeTable {
  const named = [...shapes].map(
    ([name, shape]) =>
      [
        name
          .replace(/^encoder\.down_blocks\.(\d+)\.resnets\./, "encoder.down.$1.block.")
          .replace(/^encoder\.mid_block\.attentions\.0\.(to_q|query)\./, "encoder.mid.attn_1.q."),
        shape,
      ] as const,
  );
  return { where, shapes: new Map(named) };
}

/** What {@link clipPart} may say of a text encoder. */
export interface ClipPartOptions extends Pick<SingleFilePart, "fileName"> {
  /** Whether nothing reads the projection, which programs store all the same. */
  readonly isUnprojected?: boolean;
}

/** A text encoder under transformers' names. */
export function clipPart(
  component: TextEncoderName,
  prefix: string,
  { isUnprojected = false, ...place }: ClipPartOptions = {},
): SingleFilePart {
  const leavesOut = (configs: Configs): boolean =>
    isUnprojected && !clipConfigOf(configs, component).hasProjection;
  return {
    component,
    prefixes: [prefix],
    ...place,
    rules(configs, stored) {
      if (stored === undefined) return huggingFaceClipRules({ isBare: false });
      const rules = huggingFaceClipRules({ isBare: isBare(stored) });
      return leavesOut(configs) ? rules.filter(({ model }) => model !== projection) : rules;
    },
    infer(table) {
      const config = inferClipConfig(isBare(table) ? addTextModel(table) : table);
      return { [component]: isUnprojected ? { ...config, hasProjection: false } : config };
    },
    unused: (configs) => (leavesOut(configs) ? [`${projection}.`] : []),
  };
}

const projection = "text_projection";

/**
 * A text tower under OpenCLIP's names.
 * @param usesPenultimate whether the model reads the state before the last layer as if it were the last, so
 *   that the tower's end has no use
 */
export function openClipPart(
  component: TextEncoderName,
  prefix: string,
  { usesPenultimate }: { readonly usesPenultimate: boolean },
): SingleFilePart {
  return {
    component,
    prefixes: [prefix],
    rules: (configs) => openClipRules(clipConfigOf(configs, component)),
    infer: (table) => ({ [component]: inferOpenClipConfig(table, { usesPenultimate }) }),
    ...(usesPenultimate
      ? {
          unused: (configs) => [
            `transformer.resblocks.${clipConfigOf(configs, component).numHiddenLayers}.`,
            "text_projection",
          ],
        }
      : {}),
  };
}

/** Whether a table has transformers' names without `text_model.`. */
function isBare({ shapes }: ShapeTable): boolean {
  return !shapes.has("text_model.embeddings.token_embedding.weight");
}

function addTextModel({ where, shapes }: ShapeTable): ShapeTable {
  const named = [...shapes].map(([name, shape]) => [`text_model.${name}`, shape] as const);
  return { where, shapes: new Map(named) };
}
