/** @file The config of a pipeline's transformer, of whichever class: they all lie in a folder of that name. */

import { AtelierError, said } from "@atelier/engine";
import type { ConfigObject } from "../core/read-config.js";
import { type FluxConfig, readFluxConfig, writeFluxConfig } from "./flux/config.js";
import { type MmditConfig, readMmditConfig, writeMmditConfig } from "./mmdit/config.js";

/** Architecture of a transformer. */
export type TransformerConfig = MmditConfig | FluxConfig;

const classByKind = {
  mmdit: "SD3Transformer2DModel",
  flux: "FluxTransformer2DModel",
} as const satisfies Readonly<Record<TransformerConfig["kind"], string>>;

/** The classes of diffusers that Atelier has. */
export const transformerClasses: readonly string[] = Object.values(classByKind);

/** The class that a config stands for. */
export function transformerClass({ kind }: TransformerConfig): string {
  return classByKind[kind];
}

/**
 * Reads the config.json of a transformer.
 * @param className what model_index.json says; what the config says by default
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readTransformerConfig(json: unknown, className?: string): TransformerConfig {
  const named = className ?? classNameOf(json);
  if (named === classByKind.mmdit) return readMmditConfig(json);
  if (named === classByKind.flux) return readFluxConfig(json);
  throw new AtelierError(
    "config",
    said`transformer config: expected ${transformerClasses.join(" or ")}, got ${named === undefined ? "no _class_name" : JSON.stringify(named)}. Use a model of a supported kind.`,
  );
}

/** The config.json that diffusers would load as the same model. */
export function writeTransformerConfig(config: TransformerConfig): ConfigObject {
  return config.kind === "flux" ? writeFluxConfig(config) : writeMmditConfig(config);
}

function classNameOf(json: unknown): unknown {
  return typeof json === "object" && json !== null && "_class_name" in json
    ? json._class_name
    : undefined;
}
