/** @file The line of settings that A1111's web UI and those who follow it write into pictures. */

import { parseA1111Parameters } from "@atelier/diffusion/files";
import { samplerNames, schedulerForSampler, webuiSampler } from "@atelier/diffusion/samplers";
import { said } from "@atelier/engine";
import type { FoundSettings, ResolveName } from "./found-settings.js";

/** Fields that say nothing about how to draw, or that others say as well. */
const silent = new Set([
  ...["Steps", "Sampler", "Schedule type", "CFG scale", "Seed", "Size", "Model", "Clip skip"],
  ...["Model hash", "Lora hashes", "TI hashes", "Version", "RNG", "VAE hash", "Hashes"],
]);

/** Reads it. */
export function readWebuiText(text: string, resolve: ResolveName): FoundSettings {
  const { prompt, negativePrompt, loras, fields } = parseA1111Parameters(text);
  const number = (name: string) => {
    const value = fields.get(name);
    return value === undefined || value.trim() === "" ? undefined : Number(value);
  };
  const [, width, height] = /^(\d+)x(\d+)$/.exec(fields.get("Size") ?? "") ?? [];
  const given = fields.get("Sampler");
  const sampler = given === undefined ? undefined : samplerOf(given, fields.get("Schedule type"));
  const skipped = (number("Clip skip") ?? 1) - 1;
  const model = fields.get("Model");
  return {
    found: {
      ...{ prompt, negative: negativePrompt, count: 1, sampler },
      ...{ steps: number("Steps"), guidance: number("CFG scale"), seed: number("Seed") },
      ...(width === undefined ? {} : { width: Number(width), height: Number(height) }),
      clipSkip: skipped > 0 ? skipped : undefined,
      base: model === undefined ? undefined : resolve("model", model),
      adapters: loras.map(({ name, weight }) => ({ name: resolve("adapter", name), weight })),
    },
    notes: [
      ...(given === undefined || sampler !== undefined
        ? []
        : [said`Sampler: ${given} is not known here; the usual one draws instead`]),
      ...[...fields.keys()]
        .filter((name) => !silent.has(name))
        .map((name) => said`${name}: has no equivalent in a drawing here and was left out`),
    ],
  };
}

/** Our name of a sampler as the web UI calls it; its older versions put the spacing into the name. */
export function samplerOf(name: string, schedule: string | undefined): string | undefined {
  const [, bare = name, suffix] = /^(.*) (Karras|Exponential)$/.exec(name) ?? [];
  const spacing = schedule ?? suffix;
  const isPlain = spacing === undefined || /^(automatic|uniform|normal)$/i.test(spacing);
  const alike = webuiNames().filter((each) => each.sampler.toLowerCase() === bare.toLowerCase());
  const exact = alike.find((each) =>
    isPlain
      ? each.spacing === undefined || each.spacing === "Uniform"
      : each.spacing?.toLowerCase() === spacing.toLowerCase(),
  );
  return exact?.own;
}

interface WebuiName {
  readonly own: string;
  readonly sampler: string;
  readonly spacing: string | undefined;
}

let names: readonly WebuiName[] | undefined;

function webuiNames(): readonly WebuiName[] {
  names ??= samplerNames.map((own) => {
    const { sampler, scheduleType } = webuiSampler(schedulerForSampler(own, {}));
    return { own, sampler, spacing: scheduleType };
  });
  return names;
}
