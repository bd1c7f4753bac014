/** @file What a training is going to take: the command line begins it, tells its plan, and leaves it. */

import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import { AtelierError, said } from "@atelier/engine";
import { makeFolder } from "@atelier/engine/node";
import { z } from "zod";
import { type Forecast, type JobRequest, printedError } from "../api/index.js";
import { refused } from "../api/refusal.js";
import { createMutex } from "../database/mutex.js";
import type { Printed } from "../jobs/commands/command.js";
import { trainingConfig, withoutPlaces } from "../jobs/commands/training-request.js";
import type { KnownMemory } from "../jobs/known-memory.js";
import type { LibraryFolder } from "../library/folder/library-folder.js";
import { likenessOf } from "../library/runs/run-pace.js";
import type { Runs } from "../library/runs/runs.js";
import { startCommand } from "./run-command.js";

/** What a forecast needs. */
export interface ForecastDeps {
  readonly library: LibraryFolder;
  /** By what earlier ones took it tells how long. */
  readonly runs: Pick<Runs, "paceOf">;
  /** Is told what the training takes. */
  readonly memory: Pick<KnownMemory, "tell">;
  /** Path of the command line's program. */
  readonly program: string;
}

/** Tells what a training is going to take. @throws AtelierError as the training would before its first step. */
export type Forecaster = (request: JobRequest, signal?: AbortSignal) => Promise<Forecast>;

const planEvent = z.object({
  type: z.literal("plan"),
  base: z.string(),
  baseFingerprint: z.string().optional(),
  tuning: z.string(),
  steps: z.number(),
  picturesPerStep: z.number(),
  batchSize: z.number(),
  usesGradientCheckpointing: z.boolean(),
  width: z.number(),
  height: z.number(),
  memory: z.object({ total: z.number() }),
});
const warningEvent = z.looseObject({
  type: z.literal("warning"),
  code: z.string(),
  message: z.string(),
});
const configEvent = z.object({
  type: z.literal("config"),
  config: z.looseObject({
    prior: z.looseObject({ source: z.string() }).optional(),
    device: z.looseObject({ backend: z.string() }),
  }),
});

/** Forecasts, one at a time: each opens its base. */
export function createForecaster({ library, runs, memory, program }: ForecastDeps): Forecaster {
  const mutex = createMutex();
  return (request, signal) =>
    mutex.run(async () => {
      if (request.kind !== "train" && request.kind !== "tune") {
        throw refused(
          "bad-input",
          said`forecast: expected a training or a tune, got ${request.kind}, which has no plan.`,
        );
      }
      const folder = join(library.root, "jobs", `forecast-${randomUUID()}`);
      try {
        const config = await trainingConfig(request, { library, run: join(folder, "run") });
        await makeFolder(folder);
        const file = join(folder, "config.json");
        await writeFile(file, JSON.stringify(config));
        const events = await printed(["train", file, "--plan"], { program, folder, signal });
        const forecast = await forecastOf(events, { given: request.config, runs });
        memory.tell(request, forecast.memoryBytes);
        return forecast;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
}

async function printed(
  command: readonly string[],
  {
    program,
    folder,
    signal,
  }: {
    readonly program: string;
    readonly folder: string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Printed[]> {
  signal?.throwIfAborted();
  const running = startCommand(command, { program, folder });
  signal?.addEventListener("abort", running.kill);
  try {
    const events: Printed[] = [];
    for await (const event of running.events) events.push(event);
    await running.ended;
    return events;
  } finally {
    signal?.removeEventListener("abort", running.kill);
  }
}

async function forecastOf(
  events: readonly Printed[],
  {
    given,
    runs,
  }: { readonly given: Readonly<Record<string, unknown>> } & Pick<ForecastDeps, "runs">,
): Promise<Forecast> {
  const [plan] = all(events, planEvent);
  const [config] = all(events, configEvent);
  if (plan === undefined || config === undefined) throw failureIn(events);
  const { tuning: technique, steps, picturesPerStep, width, height, memory } = plan;
  const pace = await runs.paceOf(likenessOf(plan, config.config));
  return {
    ...{ technique, steps, picturesPerStep, width, height },
    memoryBytes: memory.total,
    fits: memory.total <= totalmem(),
    ...(pace !== undefined && { seconds: pace.startSeconds + steps * pace.secondsPerStep }),
    warnings: all(events, warningEvent),
    // A page shows it, and may send it back in a request.
    config: withoutPlaces(config.config, given),
  };
}

function all<Event>(events: readonly Printed[], kind: z.ZodType<Event>): Event[] {
  return events.flatMap((event) => {
    const { data } = kind.safeParse(event);
    return data === undefined ? [] : [data];
  });
}

/** What the command says is wrong with the training. */
function failureIn(events: readonly Printed[]): AtelierError {
  const [error] = all(events, printedError);
  if (error === undefined) {
    return new AtelierError("training", "forecast: expected a plan, got none. Try it again.");
  }
  return new AtelierError("config", error.sentence ?? error.message);
}
