/** @file What a demo has told so far: its pictures, its loss, how far it is, and how it ended. */

import { addressOf, type JobEvent, routes } from "@atelier/server/api";
import { z } from "zod";

/** Parts of the demo, in their order. */
export const demoParts = ["before", "train", "after", "judge"] as const;

/** One of them. */
export type DemoPart = (typeof demoParts)[number];

const part = z.enum(demoParts);
const topic = z.enum(["subject", "class", "unrelated"]);

/** What is no finite number travels as a text. */
const figure = z.union([z.number(), z.string().transform(Number)]);

const told = z.discriminatedUnion("type", [
  z.object({ type: z.literal("folder"), path: z.string() }),
  z.object({ type: z.literal("lesson"), caption: z.string(), path: z.string() }),
  z.object({
    type: z.literal("image"),
    part: z.enum(["before", "after"]),
    prompt: z.string(),
    asksFor: topic,
    seed: z.string(),
    path: z.string(),
  }),
  z.object({
    type: z.literal("progress"),
    part,
    done: z.number(),
    total: z.number(),
    secondsLeft: z.number(),
    loss: figure.optional(),
  }),
  z.object({
    type: z.literal("done"),
    seconds: z.number(),
    worked: z.boolean().optional(),
    findings: z
      .array(
        z.object({
          claim: z.enum(["subject", "surroundings", "class", "unrelated"]),
          holds: z.boolean(),
          value: figure,
          threshold: z.number(),
        }),
      )
      .optional(),
    measures: z
      .looseObject({ recognised: z.array(z.object({ count: z.number(), of: z.number() })) })
      .optional(),
  }),
]);
type Told = z.infer<typeof told>;

/** The end of a demo. */
export type DemoEnd = Extract<Told, { type: "done" }>;

/** A picture of one seed, before and after; paths in the run's folder. */
export interface DemoPair {
  readonly seed: string;
  readonly before?: string;
  readonly after?: string;
}

/** A prompt with its pictures. */
export interface DemoPrompt {
  readonly prompt: string;
  readonly asksFor: z.infer<typeof topic>;
  readonly pairs: readonly DemoPair[];
}

/** Where it is. */
export type DemoProgress = Omit<Extract<Told, { type: "progress" }>, "type">;

/** Everything that it has told. */
export interface DemoState {
  readonly lessons: readonly { readonly caption: string; readonly path: string }[];
  readonly prompts: readonly DemoPrompt[];
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
  readonly progress: DemoProgress | undefined;
  readonly end: DemoEnd | undefined;
}

/** Reads the events of an attempt; those of one that broke off count for nothing. */
export function readDemo(events: readonly JobEvent[], attempt: number): DemoState {
  const own = events.flatMap((event): Told[] => {
    const read = event.attempt === attempt ? told.safeParse(event.event) : undefined;
    return read?.success === true ? [read.data] : [];
  });
  const of = <T extends Told["type"]>(type: T): Extract<Told, { type: T }>[] =>
    own.filter((one): one is Extract<Told, { type: T }> => one.type === type);
  const folder = of("folder").at(-1)?.path ?? "";
  const steps = of("progress");
  const losses = new Map(
    steps.flatMap(({ part: where, done, loss }) =>
      where === "train" && loss !== undefined ? [[done, loss] as const] : [],
    ),
  );
  return {
    lessons: of("lesson").map(({ caption, path }) => ({ caption, path: below(folder, path) })),
    prompts: promptsOf(of("image"), folder),
    losses: [...losses].map(([step, loss]) => ({ step, loss })),
    progress: steps.at(-1),
    end: of("done").at(-1),
  };
}

function promptsOf(
  images: readonly Extract<Told, { type: "image" }>[],
  folder: string,
): readonly DemoPrompt[] {
  const prompts = new Map<
    string,
    { asksFor: DemoPrompt["asksFor"]; pairs: Map<string, DemoPair> }
  >();
  for (const { part: when, prompt, asksFor, seed, path } of images) {
    const known = prompts.get(prompt) ?? { asksFor, pairs: new Map<string, DemoPair>() };
    known.pairs.set(seed, { ...known.pairs.get(seed), seed, [when]: below(folder, path) });
    prompts.set(prompt, known);
  }
  return [...prompts].map(([prompt, { asksFor, pairs }]) => ({
    ...{ prompt, asksFor },
    pairs: [...pairs.values()],
  }));
}

/** A path in the demo's folder, with slashes on every system. */
function below(folder: string, path: string): string {
  const inside = path.startsWith(folder) ? path.slice(folder.length) : path;
  return inside.replaceAll("\\", "/").replace(/^\/+/, "");
}

/** Where a picture of a demo's run is fetched from. */
export function demoAddress(run: string, path: string): string {
  return addressOf(routes.runs.file, { run, "*": path });
}
