/**
 * @file How a family's components stand in a single-file checkpoint: prefixes, names, and what shapes
 * tell of the configs.
 */

import type { FloatTensor, Shape } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import type { ConfigObject } from "../../core/read-config.js";
import type { WarningParams } from "../../core/warnings/warning.js";
import type { Configs } from "../components.js";
import type { ShapeTable } from "./infer-configs.js";
import type { KeyRule } from "./key-rules.js";

/** What is known of a file besides the shapes of one component. */
export interface InferHints {
  /** Of the components before it. */
  readonly configs: Configs;
  /** The file's schedule, as in scheduler_config.json. */
  readonly scheduler: ConfigObject;
  /** What the yaml beside the file says of the latents' scale. */
  readonly scalingFactor: number | undefined;
}

/** One component in the file. */
export interface SingleFilePart {
  readonly component: ComponentName;
  readonly prefix: string;
  /** Names below the prefix. @param isBare whether the file leaves transformers' `text_model.` out */
  rules(configs: Configs, isBare: boolean): readonly KeyRule[];
  /** The config that the shapes tell, under the component's name. @throws AtelierError `weights`. */
  infer(table: ShapeTable, hints: InferHints): Configs;
  /** Below the prefix: names of tensors that the model has no use for. */
  unused?(configs: Configs): readonly string[];
}

/** An open file, as far as telling what it predicts needs it. */
export interface ReadableTensors {
  readonly entries: ReadonlyMap<string, { readonly shape: Shape }>;
  readonly metadata: ReadonlyMap<string, string>;
  readFloat32(name: string): Promise<FloatTensor>;
}

/** What a file is assumed to predict, and why. */
export type AssumedPrediction = Omit<WarningParams<"assumed-prediction">, "path">;

/** A family's single files. */
export interface SingleFileLayout {
  /**
   * The denoiser first, then in the order in which configs depend on each other. Those that the family may leave
   * out are so in files without their tensors.
   */
  readonly parts: readonly SingleFilePart[];
  /** Whether the denoiser of a file with parts of several families is this one's. */
  owns(shapes: ReadonlyMap<string, { readonly shape: Shape }>): boolean;
  /** The schedule that the family was trained with, as a scheduler_config.json. */
  scheduler(entries: ReadableTensors["entries"]): ConfigObject;
  /** What a file that does not say it predicts, and the reason; absent where all models predict the same. */
  readonly assumePrediction?: (file: ReadableTensors) => Promise<AssumedPrediction>;
  /** Whether programs know a v prediction by empty tensors in the file. */
  readonly marksPrediction: boolean;
}

/** Prefix of the denoiser's tensors. */
export const denoiserPrefix: string = "model.diffusion_model.";

/** Prefix of the VAE's tensors. */
export const vaePrefix: string = "first_stage_model.";

/** Metadata entry that holds the configs of a file written by Atelier, as JSON. */
export const configsMetadataKey: string = "atelier.configs";
