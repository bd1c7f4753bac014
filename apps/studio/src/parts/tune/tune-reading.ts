/** @file What a search for settings has measured, read from the events of its job. */

import type { JobEvent } from "@atelier/server/api";
import { z } from "zod";
import type { Messages } from "../../messages/catalogue.js";

const estimate = z.object({ value: z.number() });

const point = z.object({
  step: z.number(),
  learned: z.object({ ofThese: estimate }),
  generic: estimate.optional(),
  class: estimate.optional(),
  cost: z.number(),
});

const change = z.union([
  z.object({ kind: z.literal("prior"), classPrompt: z.string() }),
  z.object({ kind: z.literal("layers"), targets: z.array(z.string()) }),
  z.object({ kind: z.literal("rank"), rank: z.number() }),
  z.object({ kind: z.literal("parts"), parts: z.array(z.string()) }),
]);

/** What a probe tries. */
export const probePlan = z.object({
  id: z.string(),
  stage: z.enum(["range", "fast", "rates", "factors", "final", "defaults"]),
  learningRate: z.number(),
  change: change.optional(),
});

const record = z.object({ plan: probePlan, points: z.array(point) });
const chosen = z.object({
  code: z.literal("chosen"),
  id: z.string(),
  dominated: z.array(z.string()),
});
const measured = z.object({ record });
const decided = z.object({ decision: chosen });

/** A probe at its best look. */
export interface TunedSpot {
  readonly id: string;
  readonly plan: z.infer<typeof probePlan>;
  readonly step: number;
  /** Mean log-ratio of the error on what is held out. */
  readonly learned: number;
  /** By which share predictions are worse. */
  readonly forgotten: number;
  readonly fate: "chosen" | "result" | "dominated" | "other";
}

/** All probes, and of what they forget. */
export interface TuneReading {
  readonly spots: readonly TunedSpot[];
  readonly what: "generic" | "class";
}

/** Reads it; a probe that was measured twice counts as it was last. */
export function tuneReading(events: readonly JobEvent[]): TuneReading {
  const records = new Map<string, z.infer<typeof record>>();
  let choice: z.infer<typeof chosen> | undefined;
  for (const { event } of events) {
    if (event.type === "measured") {
      const read = measured.safeParse(event).data;
      if (read !== undefined) records.set(read.record.plan.id, read.record);
    } else if (event.type === "decision") {
      choice = decided.safeParse(event).data?.decision ?? choice;
    }
  }
  const probes = [...records.values()].filter((each) => each.plan.stage !== "range");
  const points = probes.flatMap(({ points: looks }) => looks);
  const what = points.some(({ generic }) => generic !== undefined) ? "generic" : "class";
  const spots = probes.flatMap(({ plan: own, points: looks }): TunedSpot[] => {
    const best = lowest(looks);
    const moved = best?.[what];
    if (best === undefined || moved === undefined) return [];
    return [
      {
        ...{ id: own.id, plan: own, step: best.step },
        ...{ learned: best.learned.ofThese.value, forgotten: moved.value },
        fate: fateOf(own, choice),
      },
    ];
  });
  return { spots, what };
}

function lowest(looks: readonly z.infer<typeof point>[]): z.infer<typeof point> | undefined {
  return looks.reduce<z.infer<typeof point> | undefined>(
    (best, look) => (best === undefined || look.cost < best.cost ? look : best),
    undefined,
  );
}

function fateOf(
  { id, stage }: z.infer<typeof probePlan>,
  choice: z.infer<typeof chosen> | undefined,
): TunedSpot["fate"] {
  if (stage === "final" || stage === "defaults") return "result";
  if (choice?.id === id) return "chosen";
  return choice?.dominated.includes(id) === true ? "dominated" : "other";
}

/** What a probe is called. */
export function spotName(
  { plan: { stage, learningRate, change: own } }: Pick<TunedSpot, "plan">,
  text: Messages["compare"]["tune"]["names"],
): string {
  if (stage === "range" || stage === "final" || stage === "defaults") return text[stage];
  if (stage !== "factors") return text.rate(String(Number(learningRate.toPrecision(2))));
  switch (own?.kind) {
    case "prior":
      return text.prior(own.classPrompt);
    case "layers":
      return own.targets.join() === "attention" ? text.attention : text.layers;
    case "rank":
      return text.rank(own.rank);
    case "parts":
      return text.parts(own.parts.join(", "));
    case undefined:
      return text.other;
  }
}
