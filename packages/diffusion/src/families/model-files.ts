/** @file An open model as the rest of Atelier sees it, whatever form it is stored in. */

import { internalError } from "@atelier/engine";
import type { ComponentName } from "../core/component-name.js";
import type { GenerationConfig } from "../core/generation-config.js";
import type { ConfigObject } from "../core/read-config.js";
import type { Warning } from "../core/warnings/warning.js";
import type { Weights } from "../core/weights.js";
import type { ComponentConfigs, Configs } from "./components.js";
import type { ModelFamily, TextEncoder } from "./family.js";

/** One component of a model. */
export interface ComponentFiles<C extends ComponentName = ComponentName> {
  readonly config: ComponentConfigs[C];
  readonly weights: Weights;
}

/** An open model. Tensors stay in their files until they are asked for. */
export interface ModelFiles {
  /** The folder or file. */
  readonly path: string;
  readonly layout: "folder" | "single-file";
  readonly family: ModelFamily;
  /** The family's components. */
  readonly components: { readonly [C in ComponentName]?: ComponentFiles<C> };
  /** Other fields of model_index.json, or what stands for them: `force_zeros_for_empty_prompt`. */
  readonly index: ConfigObject;
  /** The fields of scheduler_config.json. */
  readonly scheduler: ConfigObject;
  /** Whether what it predicts, in `scheduler`, is assumed because nothing in its files tells. */
  readonly isPredictionAssumed: boolean;
  /** How to draw with it, as far as it says. */
  readonly generation: GenerationConfig;
  /** The fields of training_config.json, as they stand: how to train it. */
  readonly trainingConfig: ConfigObject | undefined;
  /** What a single file says of itself: title, author, licence …; of a folder none. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Folders of the text encoders' tokenizers, by the folders' own names; a single file has none. */
  readonly tokenizerFolders: Readonly<Record<string, string>>;
  /** Tensors that are known to have no use, such as `position_ids` and EMA copies. */
  readonly ignoredKeys: readonly string[];
  /** Tensors that nothing here knows. */
  readonly unknownKeys: readonly string[];
  /** What was assumed because the files do not say it. */
  readonly notes: readonly Warning[];
  close(): Promise<void>;
}

/** The configs of a model's components. */
export function configsOf({ components }: Pick<ModelFiles, "components">): Configs {
  return Object.fromEntries(Object.entries(components).map(([name, { config }]) => [name, config]));
}

/** The components of a family that a model has. */
export function presentComponents(
  { components }: Pick<ModelFamily, "components">,
  configs: Configs,
): ComponentName[] {
  return components.filter((name) => configs[name] !== undefined);
}

/** The text encoders of a family that a model has, in their order. */
export function presentEncoders(
  { textEncoders }: Pick<ModelFamily, "textEncoders">,
  configs: Configs,
): TextEncoder[] {
  return textEncoders.filter(({ component }) => configs[component] !== undefined);
}

/** A text encoder that can be trained and learn words. */
export type WordEncoder = TextEncoder & Required<Pick<TextEncoder, "words">>;

/** Those of {@link presentEncoders} that can be trained. */
export function wordEncoders(family: ModelFamily, configs: Configs): WordEncoder[] {
  return presentEncoders(family, configs).filter(
    (encoder): encoder is WordEncoder => encoder.words !== undefined,
  );
}

/** The same model with other components. */
export function mapComponents(
  model: ModelFiles,
  change: <C extends ComponentName>(files: ComponentFiles<C>, name: C) => ComponentFiles<C>,
): ModelFiles {
  const names = presentComponents(model.family, configsOf(model));
  const changed = names.map((name) => [name, change(componentOf(model, name), name)] as const);
  return { ...model, components: Object.fromEntries(changed) };
}

/** A component that the family has. */
export function componentOf<C extends ComponentName>(
  { path, components }: Pick<ModelFiles, "path" | "components">,
  name: C,
): ComponentFiles<C> {
  const found: ComponentFiles<C> | undefined = components[name];
  if (found !== undefined) return found;
  throw internalError(`${path}: expected a model with a ${name}.`);
}
