/** @file The record that Atelier writes into each picture that it draws. */

import { said } from "@atelier/engine";
import { z } from "zod";
import type { FoundSettings, ResolveName } from "./found-settings.js";

/** What is read of it; versions to come may have more. */
const record = z.looseObject({
  prompt: z.string().catch(""),
  negativePrompt: z.string().optional().catch(undefined),
  steps: z.number().optional().catch(undefined),
  sampler: z.string().optional().catch(undefined),
  cfgScale: z.number().optional().catch(undefined),
  seed: z.coerce.number().optional().catch(undefined),
  width: z.number().optional().catch(undefined),
  height: z.number().optional().catch(undefined),
  clipSkip: z.number().optional().catch(undefined),
  base: z.string().optional().catch(undefined),
  adapters: z.array(z.object({ path: z.string(), weight: z.number() })).catch([]),
  embeddings: z.array(z.string()).catch([]),
});

/** What a picture can have been drawn with that a drawing of the Studio has no field for, and what says nothing. */
const further: readonly (readonly [field: string, nothing: unknown])[] = [
  ["eta", 0],
  ["guidanceRescale", 0],
  ["predictionType", undefined],
  ["zeroTerminalSnr", false],
  ["vae", undefined],
  ["parts", undefined],
  ["prompt2", undefined],
  ["prompt3", undefined],
];

/** Reads the record. @throws SyntaxError for what is no JSON. */
export function readAtelierRecord(json: string, resolve: ResolveName): FoundSettings {
  const parsed = record.safeParse(JSON.parse(json));
  if (!parsed.success) throw new SyntaxError("no record");
  const { prompt, negativePrompt, cfgScale, base, adapters, embeddings, clipSkip, ...rest } =
    parsed.data;
  const fields = new Map(Object.entries(rest));
  const left = further.filter(([field, nothing]) => {
    const value = fields.get(field);
    return value !== undefined && value !== null && value !== nothing;
  });
  return {
    found: {
      ...{ prompt, negative: negativePrompt ?? "", count: 1, guidance: cfgScale },
      ...{ sampler: rest.sampler, steps: rest.steps, seed: rest.seed },
      ...{ width: rest.width, height: rest.height },
      base: base === undefined ? undefined : baseName(base, resolve),
      clipSkip: clipSkip === 0 ? undefined : clipSkip,
      adapters: adapters.map(({ path, weight }) => ({
        name: resolve("adapter", last(path)),
        weight,
      })),
      words: embeddings.map((path) => resolve("word", last(path))),
    },
    notes: left.map(
      ([field]) => said`${field}: has no equivalent in a drawing here and was left out`,
    ),
  };
}

/** A path of another day or machine: what counts is the name. A repository has one slash, and stays. */
function baseName(base: string, resolve: ResolveName): string {
  const isRepository = /^[\w.-]+\/[\w.-]+$/.test(base) && !/\.(safetensors|ckpt)$/.test(base);
  return base === "embedded" || isRepository ? base : resolve("model", last(base));
}

const last = (path: string): string => path.split(/[\\/]/).findLast((part) => part !== "") ?? path;
