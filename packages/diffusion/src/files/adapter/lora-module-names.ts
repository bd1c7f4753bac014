/**
 * @file Every name that LoRA files use for a module of a model. Kohya's names join path segments
 * with underscores, which cannot be undone by itself (`to_out_0`), so names are looked up in a
 * table made from the model's own module paths.
 */

import type { AdaptedComponent } from "../../core/component-name.js";
import { splitModulePath } from "../../core/lora-weights.js";
import type { AdapterRules } from "../../families/family.js";
import { ldmUnetLayout, ldmUnetPath } from "../../families/keys/ldm-unet-path.js";
import { type OriginalModules, originalModules } from "./original-modules.js";

interface ComponentNames {
  /** Prefixes of kohya names, the one to write first. */
  readonly kohya: readonly string[];
  /** Prefixes of dotted names. */
  readonly dotted: readonly string[];
}

const componentNames: { readonly [C in AdaptedComponent]: ComponentNames } = {
  unet: {
    kohya: ["lora_unet_", "lycoris_"],
    dotted: ["unet.", "diffusion_model.", "model.diffusion_model.", ""],
  },
  transformer: {
    kohya: ["lora_unet_", "lora_transformer_", "lycoris_"],
    dotted: ["transformer.", "diffusion_model.", "model.diffusion_model.", ""],
  },
  text_encoder: {
    kohya: ["lora_te_", "lora_te1_"],
    dotted: [
      "text_encoder.",
      "text_encoder_1.",
      "text_encoders.clip_l.transformer.",
      "text_encoders.clip_l.",
      "text_encoders.clip_h.transformer.",
      "clip_l.transformer.",
      "clip_l.",
      "clip_h.transformer.",
      "cond_stage_model.transformer.",
      "conditioner.embedders.0.transformer.",
      "",
    ],
  },
  text_encoder_2: {
    // Of FLUX.1 it is T5, which programs number as in Stable Diffusion 3.
    kohya: ["lora_te2_", "lora_te3_"],
    dotted: [
      "text_encoder_2.",
      "text_encoders.t5xxl.transformer.",
      "text_encoders.t5xxl.",
      "text_encoders.clip_g.transformer.",
      "text_encoders.clip_g.",
      "clip_g.transformer.",
      "clip_g.",
      "conditioner.embedders.1.transformer.",
      "",
    ],
  },
  text_encoder_3: {
    kohya: ["lora_te3_"],
    dotted: ["text_encoder_3.", "text_encoders.t5xxl.transformer.", "text_encoders.t5xxl."],
  },
};

/** What families differ in. */
type KohyaDialect = Pick<AdapterRules, "numbersTextEncoders" | "denoiserNames">;

/** Finds the model's module that a file's name means. */
export interface ModuleNames {
  /**
   * The path with its component, or `undefined` where no module or more than one has the name.
   * @param component the part of the pipeline, where it is known from elsewhere
   */
  resolve(name: string, component?: AdaptedComponent): string | undefined;
  /** Those of a transformer by its first publishers' names; some of these are what a name resolves to. */
  readonly originals: OriginalModules;
}

/** @param modulePaths the model's modules with their component: `unet.conv_in`, … */
export function moduleNames(modulePaths: Iterable<string>): ModuleNames {
  const paths = [...modulePaths];
  const ldm = ldmNames(paths);
  const originals = originalModules(paths);
  const table = new Map<string, string | undefined>();
  for (const path of [...paths, ...originals.divided.keys()]) {
    const original = originals.renamed.get(path);
    const other = original === undefined ? ldm.get(path) : splitModulePath(original).path;
    for (const name of aliasesOf(path, other)) {
      // Two components can share a bare name; such a name means neither.
      const isFree = !table.has(name) || table.get(name) === path;
      table.set(name, isFree ? path : undefined);
    }
  }
  return {
    resolve(name, component) {
      const own = table.get(name);
      if (own !== undefined) return own;
      const bare = withoutWrappers(name);
      return table.get(component === undefined ? bare : `${component}.${bare}`) ?? table.get(bare);
    },
    originals,
  };
}

/** What wraps modules while they train and stays in their names: DDP, FSDP, checkpoints, `torch.compile`. */
const wrappers = ["module", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_orig_mod"];

/** A name without its wrappers, PEFT's `base_model.model` among them. */
function withoutWrappers(name: string): string {
  const kohya = /^(lora_unet_|lora_te\d?_|lycoris_)(.+)$/.exec(name);
  if (kohya === null) {
    const path = name.replace(/(^|\.)base_model\.model\./, "$1").split(".");
    return path.filter((part) => !wrappers.includes(part)).join(".");
  }
  const [, prefix = "", rest = ""] = kohya;
  // Some converters join only a part of the path.
  let path = rest.replaceAll(".", "_");
  for (const wrapper of wrappers.slice(1)) path = path.replaceAll(`${wrapper}_`, "");
  return prefix + path.replace(/^module_/, "");
}

/**
 * The kohya name of each module, and of those that a transformer's become by `joinOriginals`. Modules that have no name
 * in the dialect are missing from the map.
 */
export function kohyaNames(
  modulePaths: Iterable<string>,
  { numbersTextEncoders, denoiserNames }: KohyaDialect,
): Map<string, string> {
  const paths = [...modulePaths];
  const ldm = ldmNames(paths);
  const names = new Map<string, string>();
  const { divided, renamed } = originalModules(denoiserNames === "original" ? paths : []);
  const originals = new Set([...divided.keys(), ...renamed.values()]);
  for (const name of [...paths, ...originals]) {
    const { component, path } = splitModulePath(name);
    const own = component === "unet" && denoiserNames === "original" ? ldm.get(name) : path;
    const [first = "", second = first] = componentNames[component].kohya;
    // Numbered text encoders, T5, and modules of a transformer that have no original name alone.
    const isSecond =
      (numbersTextEncoders && component === "text_encoder") ||
      (component === "text_encoder_2" && isT5(path)) ||
      (denoiserNames === "original" && component === "transformer" && !originals.has(name));
    const prefix = isSecond ? second : first;
    if (own !== undefined) names.set(name, `${prefix}${own.replaceAll(".", "_")}`);
  }
  return names;
}

/**
 * ComfyUI's name of each module, and of those that a transformer's become by `joinOriginals`: its path in the file of a
 * whole model. Modules of a transformer that have none keep diffusers' names, which ComfyUI reads, too; others
 * without one are missing from the map.
 */
export function comfyNames(
  modulePaths: Iterable<string>,
  { isSecondVersion }: Pick<AdapterRules, "isSecondVersion">,
): Map<string, string> {
  const paths = [...modulePaths];
  const ldm = ldmNames(paths);
  const { divided, renamed } = originalModules(paths);
  const originals = new Set([...divided.keys(), ...renamed.values()]);
  const names = new Map<string, string>();
  for (const name of [...paths, ...originals]) {
    const { component, path } = splitModulePath(name);
    const own = component === "unet" ? ldm.get(name) : path;
    const prefix =
      component === "unet" || originals.has(name)
        ? "diffusion_model."
        : component === "transformer"
          ? "transformer."
          : comfyEncoderPrefix(component, { path, isSecondVersion });
    if (own !== undefined && prefix !== undefined) names.set(name, prefix + own);
  }
  return names;
}

/** Of a text encoder, which ComfyUI names by what it is: CLIP, of Stable Diffusion 2 another one, or T5. */
function comfyEncoderPrefix(
  component: AdaptedComponent,
  { path, isSecondVersion }: { readonly path: string; readonly isSecondVersion: boolean },
): string | undefined {
  const kind = isT5(path) ? "t5xxl" : isSecondVersion ? "clip_h" : "clip_";
  return componentNames[component].dotted.find(
    (prefix) => prefix.startsWith(`text_encoders.${kind}`) && prefix.endsWith("transformer."),
  );
}

/** Whether a module of a text encoder is one of T5. */
function isT5(path: string): boolean {
  return !path.startsWith("text_model.");
}

function ldmNames(paths: readonly string[]): Map<string, string> {
  const unetPaths = paths.filter((path) => path.startsWith("unet."));
  const layout = ldmUnetLayout(unetPaths.map((path) => path.slice("unet.".length)));
  const names = new Map<string, string>();
  for (const path of unetPaths) {
    const name = ldmUnetPath(path.slice("unet.".length), layout);
    if (name !== undefined) names.set(path, name);
  }
  return names;
}

/** @param other its original path, where that is another one */
function aliasesOf(name: string, other: string | undefined): string[] {
  const { component, path } = splitModulePath(name);
  const { kohya, dotted } = componentNames[component];
  const own = [path, ...(other === undefined ? [] : [other])];
  // Newer transformers leave `text_model.` out of the names of a text encoder.
  if (path.startsWith("text_model.")) own.push(path.slice("text_model.".length));
  return own.flatMap((form) => [
    ...kohya.map((prefix) => prefix + form.replaceAll(".", "_")),
    ...dotted.map((prefix) => prefix + form),
  ]);
}
