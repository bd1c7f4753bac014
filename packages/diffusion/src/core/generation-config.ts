/**
 * @file generation_config.json of a model folder: how its makers advise to draw with it. diffusers
 * has no such file and ignores it; its fields are the arguments of diffusers' pipelines. Single files that
 * Atelier writes hold the same in their metadata.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { z } from "zod";
import type { ConfigObject } from "./read-config.js";
import { readJson } from "./read-text.js";

/** Lies beside model_index.json. */
export const generationConfigName = "generation_config.json";

/** Advice for drawing; what is absent is left to Atelier's own defaults. */
export interface GenerationConfig {
  readonly steps?: number;
  readonly guidanceScale?: number;
  readonly guidanceRescale?: number;
}

const schema = z.strictObject({
  num_inference_steps: z.int().min(1).max(1000).optional(),
  guidance_scale: z.number().min(0).max(100).optional(),
  guidance_rescale: z.number().min(0).max(1).optional(),
});

/**
 * The advice of a model folder, none where it has no such file.
 * @throws AtelierError `config` for unknown fields and values out of range, `format` for no JSON.
 */
export async function readGenerationConfig(
  files: FileStore,
  folder: string,
): Promise<GenerationConfig> {
  const path = files.join(folder, generationConfigName);
  if ((await files.stat(path))?.kind !== "file") return {};
  return parseGenerationConfig(await readJson(files, path), path);
}

/** The advice in the content of such a file. @throws AtelierError `config` as above. */
export function parseGenerationConfig(json: unknown, path: string): GenerationConfig {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      [issue.path.join("."), issue.message].filter(Boolean).join(": "),
    );
    throw new AtelierError(
      "config",
      said`${path}: expected num_inference_steps, guidance_scale and guidance_rescale, got:\n${problems.map((line) => `  ${line}`).join("\n")}\nCorrect or remove the file.`,
      { context: { path, problems } },
    );
  }
  const { num_inference_steps, guidance_scale, guidance_rescale } = parsed.data;
  return {
    ...(num_inference_steps === undefined ? {} : { steps: num_inference_steps }),
    ...(guidance_scale === undefined ? {} : { guidanceScale: guidance_scale }),
    ...(guidance_rescale === undefined ? {} : { guidanceRescale: guidance_rescale }),
  };
}

/** The content of the file. */
export function writeGenerationConfig(config: GenerationConfig): ConfigObject {
  const { steps, guidanceScale, guidanceRescale } = config;
  // JSON leaves out what is undefined.
  return {
    num_inference_steps: steps,
    guidance_scale: guidanceScale,
    guidance_rescale: guidanceRescale,
  };
}
