/** @file What events of trainings say, read as what came from another process: nothing of it is taken for granted. */

import { z } from "zod";
import type { Printed, Progress } from "./command.js";

const count = z.number().min(0);

const stepEvent = z.object({
  step: count,
  steps: count,
  secondsLeft: count.optional().catch(undefined),
});

const stageEvent = z.object({
  stage: z.string().optional(),
  part: z.string().optional(),
  done: count,
  total: count,
  secondsLeft: count.optional().catch(undefined),
});

const resultFile = z.object({
  kind: z.enum(["adapter", "embedding", "model"]),
  form: z.enum(["kohya", "comfyui", "diffusers", "peft", "webui", "folder", "single-file"]),
  path: z.string(),
});

const endEvent = z.object({ results: z.array(resultFile) });
const inner = z.object({ event: z.looseObject({ type: z.string() }) });

/** Files that a training has made, as its last event names them. */
export type Results = z.infer<typeof endEvent>["results"];

/** What has been made; nothing where an event does not say it. */
export function resultsOf(event: Printed): Results | undefined {
  if (!["done", "stopped", "saved"].includes(event.type)) return undefined;
  return endEvent.safeParse(event).data?.results;
}

/** Where a training is, or a probe of a tune. */
export function trainingProgress(event: Printed): Progress | undefined {
  switch (event.type) {
    case "training": {
      const probe = inner.safeParse(event).data;
      return probe && trainingProgress(probe.event);
    }
    case "step": {
      const read = stepEvent.safeParse(event).data;
      return read && progress("step", { ...read, done: read.step, total: read.steps });
    }
    case "progress":
    case "measuring": {
      const read = stageEvent.safeParse(event).data;
      return read && progress(read.stage ?? read.part ?? event.type, read);
    }
    default:
      return undefined;
  }
}

function progress(
  stage: string,
  {
    done,
    total,
    secondsLeft,
  }: { readonly done: number; readonly total: number; readonly secondsLeft?: number | undefined },
): Progress {
  return { stage, done, total, ...(secondsLeft === undefined ? {} : { secondsLeft }) };
}
