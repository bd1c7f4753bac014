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
  /** What stands before its names: as it is written, then as other programs have it. */
  readonly prefixes: readonly [string, ...string[]];
  /** Names that nothing else has; with it, a file may have them without any prefix. */
  readonly bare?: RegExp;
  /** The file that holds it alone, as it was published. */
  readonly fileName?: string;
  /** Names below the prefix. @param stored those of a file, which may be of another form than what is written */
  rules(configs: Configs, stored?: ShapeTable): readonly KeyRule[];
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
  /** Whether the denoiser of a file is this one's, whatever else is or is not in it. */
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

/** The same in files of ComfyUI, where a family's own programs have no whole files. */
export const comfyVaePrefix: string = "vae.";

/** Metadata entry that holds the configs of a file written by Atelier, as JSON. */
export const configsMetadataKey: string = "atelier.configs";
