/** @file What a training will take, told without training: the run is begun as always, and left once its plan is told. */

import { randomUUID } from "node:crypto";
import { rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { embeddedBaseName } from "@atelier/base/embedded";
import type { WarningEvent } from "@atelier/diffusion/core";
import type { GivenConfig, PlanEvent } from "@atelier/diffusion/train";
import { readRunConfig } from "@atelier/diffusion/train-config";
import { runInChild } from "@atelier/diffusion/train-process";
import { type CliContext, printJson } from "./cli-context.js";
import { openEmbedded } from "./open-embedded.js";
import type { Progress } from "./progress.js";

/** Who is told, and how the training would be run. */
export interface PlanOptions {
  readonly json: boolean;
  readonly tokenizer: string | undefined;
  readonly progress: Progress;
  readonly onPlan: (event: PlanEvent) => void;
}

/**
 * Tells plan, warnings and, with `--json`, the complete config. The folder that a run begins with is made beside that
 * of the run and removed.
 * @throws AtelierError as a training before its first step.
 */
export async function planTraining(
  context: CliContext,
  config: GivenConfig,
  { json, tokenizer, progress, onPlan }: PlanOptions,
): Promise<void> {
  const { files, io } = context;
  const { run, folder } = config.output;
  const parent = run === undefined ? folder : dirname(run);
  const isNew = (await files.stat(parent)) === undefined;
  const own = join(parent, `.plan-${randomUUID()}`);
  const shipped =
    config.base.path === embeddedBaseName
      ? new Map([[embeddedBaseName, await openEmbedded(context, progress)]])
      : undefined;
  const planned = { ...config, output: { ...config.output, run: own } };
  const options = { child: io.trainingChild, tokenizerFolder: tokenizer, shipped };
  try {
    let plan: PlanEvent | undefined;
    for await (const event of runInChild(planned, io.signal, options)) {
      if (event.type === "plan") plan = event;
      else if (event.type === "warning") warn(event, progress);
      else if (event.type === "progress" && plan === undefined) continue;
      else break;
    }
    // It was asked to stop before it could tell.
    if (plan === undefined) return;
    if (!json) {
      onPlan(plan);
      return;
    }
    printJson(context, { ...plan, folder: run });
    const { output: _output, ...complete } = await readRunConfig(files, own);
    printJson(context, { type: "config", config: complete });
  } finally {
    await rm(own, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    if (isNew) await rmdir(parent).catch(() => {});
  }
}

function warn(event: WarningEvent, progress: Progress): void {
  progress.tell([event]);
}
