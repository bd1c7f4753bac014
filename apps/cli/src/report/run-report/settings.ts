/** @file The settings of a run that decide what comes of it. */

import { formatCount } from "../../format.js";
import type { Messages } from "../../messages/messages.js";
import type { RunReport } from "./run-report.js";

/** Names and values. */
export function settingsOf(
  { config, plan, folder }: Pick<RunReport, "config" | "plan" | "folder">,
  { runReport: { settings: text } }: Messages,
): (readonly [name: string, value: string])[] {
  const { lora, prior, watch, embedding } = config;
  const layers = lora && text.lora(lora.method, lora.rank, lora.targets);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [text.names.folder, folder],
    [text.names.base, plan?.base ?? config.base.path ?? config.base.repo],
    [text.names.pictures, config.data.folder],
    [text.names.prompt, config.data.prompt],
    [text.names.tuning, layers ?? config.tuning],
    [text.names.word, embedding?.token],
    [text.names.trained, plan && formatCount(plan.trainedParameters)],
    [text.names.steps, text.steps(config.steps, plan?.picturesPerStep ?? config.batchSize)],
    [text.names.rate, text.rate(config.learningRate, config.schedule.name)],
    [text.names.optimizer, config.optimizer.name],
    [text.names.prior, prior && text.prior(prior)],
    [text.names.size, plan && text.size(plan.width, plan.height)],
    [text.names.watch, watch.share === 0 ? text.unwatched : text.watch(watch)],
    [text.names.seed, String(config.seed)],
    [text.names.backend, config.device.backend],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
