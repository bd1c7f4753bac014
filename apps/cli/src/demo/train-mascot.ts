/** @file The demo's training: the same one as `atelier lora`, in its own process. */

import { embeddedBaseName } from "@atelier/base/embedded";
import type { Warning } from "@atelier/diffusion/core";
import { type FoundModel, runInChild } from "@atelier/diffusion/node";
import type { EndEvent, ResultFile, TrainConfig } from "@atelier/diffusion/train";
import { AtelierError, internalError, said } from "@atelier/engine";
import type { AdapterFiles } from "../report/demo-report.js";

/** Who is told what, and what the training is given beside its config. */
export interface TrainMascotOptions {
  readonly signal: AbortSignal;
  readonly tokenizer: string | undefined;
  /** Where the config's base is the embedded one. */
  readonly embedded: FoundModel | undefined;
  /** After each step: how many are done, and the loss of the last one. */
  readonly onStep: (done: number, loss: number) => void;
  readonly onWarning: (warning: Warning) => void;
}

/** What came of it. */
export interface TrainedMascot {
  readonly losses: readonly number[];
  readonly adapter: AdapterFiles;
  /** Numbers that were trained. */
  readonly parameters: number;
}

/** Trains to the end. @throws AtelierError as `runInChild`; `aborted` when it was asked to stop. */
export async function trainMascot(
  config: TrainConfig,
  { signal, tokenizer, embedded, onStep, onWarning }: TrainMascotOptions,
): Promise<TrainedMascot> {
  const losses: number[] = [];
  let parameters = 0;
  let end: EndEvent | undefined;
  // Read to its end, where the process lets go of the run's folder.
  for await (const event of runInChild(config, signal, {
    tokenizerFolder: tokenizer,
    shipped: embedded && new Map([[embeddedBaseName, embedded]]),
  })) {
    if (event.type === "plan") parameters = event.trainedParameters;
    else if (event.type === "warning") onWarning(event);
    else if (event.type === "step") {
      losses.push(event.loss);
      onStep(event.step, event.loss);
    } else if (event.type === "done" || event.type === "stopped") end = event;
  }
  if (end?.type === "stopped") {
    throw new AtelierError(
      "aborted",
      said`demo: stopped after ${end.step} training steps; what is done is in ${end.folder}.`,
    );
  }
  const inForm = (form: ResultFile["form"]) =>
    end?.results.find((result) => result.kind === "adapter" && result.form === form)?.path;
  const [kohya, diffusers] = [inForm("kohya"), inForm("diffusers")];
  if (kohya !== undefined && diffusers !== undefined) {
    return { losses, adapter: { kohya, diffusers }, parameters };
  }
  throw internalError("a training ended without its adapter.");
}
