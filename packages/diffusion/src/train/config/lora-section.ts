/** @file The `lora` section of the training config: the adapter and how it is trained. */

import { type Sentence, said } from "@atelier/engine";
import { z } from "zod";
import { adapterMethods } from "../../tuning/methods/methods.js";
import { fieldText } from "../events/messages.js";
import { problemAt } from "./config-problem.js";
import type { GivenConfig, LoraConfigFields } from "./train-config.js";

const share = z.number().min(0).lt(1).default(0);
const rank = z.int().min(1).max(4096);
const text = z.string().min(1);

const targets = z
  .union([text, z.array(text).min(1)])
  .transform((value) => (typeof value === "string" ? [value] : value));

/** Numbers by pattern: `{"to_q": 8}`, or `["to_q=8"]` as command lines have it. */
const patterns = (what: string, isFitting: (value: number) => boolean) =>
  z
    .union([z.array(z.string()), z.record(text, z.number())])
    .default([])
    .transform((given, context) => {
      const entries = Array.isArray(given) ? given.map(splitEntry) : Object.entries(given);
      for (const [pattern, value] of entries) {
        if (pattern !== "" && isFitting(value)) continue;
        const shown = Array.isArray(given) ? given.join(", ") : `${pattern}: ${value}`;
        context.addIssue(problemAt([], said`expected <pattern>=<${what}>, got ${shown}`));
      }
      return Object.fromEntries(entries);
    });

/** The pattern is empty where the text is no entry. */
function splitEntry(entry: string): [string, number] {
  const at = entry.lastIndexOf("=");
  return [entry.slice(0, Math.max(0, at)), Number(entry.slice(at + 1) || "no number")];
}

const fields = z.strictObject({
  method: z
    .enum(["lora", "rslora", "dora", "loha", "lokr"])
    .default("lora")
    .describe(fieldText["lora.method"]),
  rank: rank.default(16).describe(fieldText["lora.rank"]),
  alpha: z.number().positive().optional().describe(fieldText["lora.alpha"]),
  targets: targets.optional().describe(fieldText["lora.targets"]),
  rankPattern: patterns("rank", (value) => rank.safeParse(value).success).describe(
    fieldText["lora.rankPattern"],
  ),
  alphaPattern: patterns("number above 0", (value) => Number.isFinite(value) && value > 0).describe(
    fieldText["lora.alphaPattern"],
  ),
  dropout: share.describe(fieldText["lora.dropout"]),
  rankDropout: share.describe(fieldText["lora.rankDropout"]),
  moduleDropout: share.describe(fieldText["lora.moduleDropout"]),
  maxWeightNorm: z.number().positive().optional().describe(fieldText["lora.maxWeightNorm"]),
  loraPlusRatio: z
    .number()
    .positive()
    .max(1000)
    .default(1)
    .describe(fieldText["lora.loraPlusRatio"]),
  init: z
    .enum(["gaussian", "kaiming", "lycoris", "pissa"])
    .optional()
    .describe(fieldText["lora.init"]),
  lokrFactor: z.int().min(1).max(4096).optional().describe(fieldText["lora.lokrFactor"]),
  lokrDecomposeBoth: z.boolean().default(false).describe(fieldText["lora.lokrDecomposeBoth"]),
  startFrom: text.optional().describe(fieldText["lora.startFrom"]),
});

type Fields = z.output<typeof fields>;

/** Checks an adapter's settings, and that they go together. */
export const loraSection: z.ZodType<NonNullable<GivenConfig["lora"]>> = fields.superRefine(
  (config, context) => {
    for (const { path, sentence } of clashesOf(config)) {
      context.addIssue(problemAt([path], sentence));
    }
  },
);

/** The adapter method of a config; rsLoRA differs from LoRA in its scale alone. */
export function methodOfConfig({
  method,
}: Pick<LoraConfigFields, "method">): keyof typeof adapterMethods {
  return method === "rslora" ? "lora" : method;
}

interface Clash {
  readonly path: keyof Fields;
  readonly sentence: Sentence;
}

function clashesOf(config: Fields): Clash[] {
  const { method, init, startFrom } = config;
  const clashes: Clash[] = [];
  const refuse = (path: keyof Fields, sentence: Sentence) => clashes.push({ path, sentence });
  const hasFactors = method !== "loha" && method !== "lokr";
  if (!hasFactors && config.dropout > 0) {
    refuse(
      "dropout",
      said`expected 0 with ${method}, whose change has no path of its own for the input, got ${config.dropout}; use rankDropout or moduleDropout`,
    );
  }
  if (!hasFactors && config.loraPlusRatio !== 1) {
    refuse(
      "loraPlusRatio",
      said`expected 1 with ${method}, which has no second factor to be faster, got ${config.loraPlusRatio}`,
    );
  }
  const inits: readonly string[] = adapterMethods[methodOfConfig(config)].inits;
  const known = hasFactors ? [...inits, "pissa"] : inits;
  if (init !== undefined && !known.includes(init)) {
    refuse("init", said`expected ${known.join(" or ")} with ${method}, got ${init}`);
  }
  if (init === "pissa" && startFrom !== undefined) {
    refuse(
      "init",
      said`expected another start or no startFrom, got both pissa and an adapter to go on from`,
    );
  }
  if (init === "pissa" && config.maxWeightNorm !== undefined) {
    refuse(
      "maxWeightNorm",
      said`expected none with the start pissa, whose factors begin as large as the weight, got one`,
    );
  }
  if (method !== "lokr" && config.lokrFactor !== undefined) {
    refuse(
      "lokrFactor",
      said`expected none with ${method}, got ${config.lokrFactor}; it belongs to lokr`,
    );
  }
  if (method !== "lokr" && config.lokrDecomposeBoth) {
    refuse("lokrDecomposeBoth", said`expected false with ${method}, got true; it belongs to lokr`);
  }
  return clashes;
}
