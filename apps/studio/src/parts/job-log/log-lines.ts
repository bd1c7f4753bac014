/** @file What a single event of a job says to a person. */

import { type JobEvent, type Problem, printedError } from "@atelier/server/api";
import { z } from "zod";
import type { Messages } from "../../messages/catalogue.js";
import { errorPercent } from "../percent.js";
import { probePlan, spotName } from "../tune/tune-reading.js";
import { isAlarming, verdictText } from "../use-verdict-text.js";
import { warningText } from "../use-warning-text.js";

/** What is said, and how loudly. */
export interface LogLine {
  readonly tone: "quiet" | "plain" | "good" | "attention";
  readonly text: string;
}

/** An event as its command printed it. */
export type ToldEvent = JobEvent["event"];

/** What lines are made with. */
export interface LogWords {
  readonly text: Messages;
  readonly problemText: (problem: Problem) => string;
}

const step = z.looseObject({
  step: z.number(),
  loss: z.number().nullish(),
  secondsPerStep: z.number().nullish(),
});

/** Steps from one to another. */
export function stepsLine(
  first: ToldEvent,
  last: ToldEvent,
  { text: { queue, common } }: LogWords,
): LogLine | undefined {
  const [from, to] = [step.safeParse(first).data, step.safeParse(last).data];
  if (from === undefined || to === undefined) return undefined;
  const seconds = to.secondsPerStep ?? 0;
  const text = queue.log.steps({
    ...{ from: from.step, to: to.step },
    loss: to.loss?.toPrecision(3) ?? "–",
    perStep: seconds < 10 ? `${seconds.toPrecision(2)} s` : common.duration(seconds),
  });
  return { tone: "quiet", text };
}

/** What an event says; nothing where it has nothing to say to a person. */
export function lineOf(event: ToldEvent, words: LogWords): LogLine | undefined {
  const { text } = words;
  if (event.type === "warning") {
    const read = z.looseObject({ code: z.string(), message: z.string() }).safeParse(event).data;
    return read && { tone: "attention", text: warningText(read, text.warnings) };
  }
  if (event.type === "error") {
    const read = printedError.safeParse(event).data;
    return read && { tone: "attention", text: words.problemText(read) };
  }
  if (event.type === "verdict") {
    const read = z.looseObject({ state: z.string(), sentence: z.string() }).safeParse(event).data;
    const tone = read !== undefined && isAlarming(read.state) ? "attention" : "good";
    return read && { tone, text: verdictText(read, text.verdicts) };
  }
  const plain = plainLines[event.type];
  if (plain === undefined) return undefined;
  const said = plain(event, text);
  return said === undefined ? undefined : { tone: "plain", text: said };
}

type Say = (event: unknown, text: Messages) => string | undefined;

/** Says an event that has the parts that it should have. */
function line<Schema extends z.ZodType>(
  schema: Schema,
  say: (event: z.output<Schema>, text: Messages) => string,
): Say {
  return (event, text) => {
    const read = schema.safeParse(event);
    return read.success ? say(read.data, text) : undefined;
  };
}

const at = z.object({ step: z.number() });
const file = z.object({ path: z.string() });
const baseName = (path: string): string => path.split(/[/\\]/).at(-1) ?? path;

const plainLines: Readonly<Record<string, Say>> = {
  plan: line(
    z.object({
      pictures: z.number(),
      width: z.number(),
      height: z.number(),
      steps: z.number(),
    }),
    (event, { queue }) => queue.log.plan(event),
  ),
  progress: line(
    z.object({
      stage: z.string().optional(),
      part: z.string().optional(),
      done: z.number(),
      total: z.number(),
    }),
    ({ stage = "", part, done, total }, { queue }) => {
      const name = part ?? stage;
      return queue.log.progress(queue.stages[name] ?? name, Math.floor(done), total);
    },
  ),
  measuring: line(z.object({ done: z.number(), total: z.number() }), ({ done, total }, { queue }) =>
    queue.log.progress(queue.stages["measuring"] ?? "", done, total),
  ),
  sample: line(at.extend({ prompt: z.string() }), ({ step: of, prompt }, { queue }) =>
    queue.log.sample(of, prompt),
  ),
  watch: line(z.object({ heldOut: z.array(z.string()) }), ({ heldOut }, { queue }) =>
    queue.log.watch(heldOut.length),
  ),
  look: line(at, ({ step: of }, { queue }) => queue.log.look(of)),
  resumed: line(at, ({ step: of }, { queue }) => queue.log.resumed(of)),
  snapshot: line(at, ({ step: of }, { queue }) => queue.log.snapshot(of)),
  done: (_, { queue }) => queue.log.done,
  stopped: (_, { queue }) => queue.log.stopped,
  probe: line(z.object({ probe: probePlan }), ({ probe: plan }, { queue, compare }) =>
    queue.log.probe(spotName({ plan }, compare.tune.names)),
  ),
  measured: line(
    z.object({ record: z.object({ plan: probePlan }) }),
    ({ record }, { queue, compare }) => queue.log.measured(spotName(record, compare.tune.names)),
  ),
  rows: line(at, ({ step: of }, { queue }) => queue.log.strengthRows(of)),
  strength: line(
    z.object({
      strength: z.number(),
      learned: z.object({ ofThese: z.object({ value: z.number() }) }),
    }),
    ({ strength, learned }, { queue }) =>
      queue.log.strength(strength, errorPercent(learned.ofThese.value)),
  ),
  chosen: line(z.object({ strength: z.number() }), ({ strength }, { queue }) =>
    queue.log.chosen(strength),
  ),
  saved: (_, { queue }) => queue.log.saved,
  written: line(file, ({ path }, { queue }) => queue.log.written(baseName(path))),
  image: line(file, ({ path }, { queue }) => queue.log.drawn(baseName(path))),
  report: (_, { queue }) => queue.log.report,
};
