/** @file Drawing: one picture, several, or a grid over two settings, for each cell of which a command draws. */

import { join } from "node:path";
import { said } from "@atelier/engine";
import { z } from "zod";
import type { JobRequest } from "../../api/index.js";
import { refused } from "../../api/refusal.js";
import type { LibraryFolder } from "../../library/folder/library-folder.js";
import type { Command, Drawn, Printed, Progress, Work } from "./command.js";
import { adapterArgument, modelArgument, option, requireItem } from "./library-names.js";
import { gigabytesFor } from "./memory-guess.js";

type DrawRequest = Extract<JobRequest, { kind: "draw" }>;
type Axis = NonNullable<DrawRequest["x"]>;
type Value = Axis["values"][number];

const mostPictures = 1_000;

/** Drawing. */
export const draw: Command<DrawRequest> = {
  lane: "light",
  canStop: false,
  backend: () => "cpu",
  gigabytes: ({ base }) => gigabytesFor(base),
  title: ({ prompt }) => (prompt.length > 80 ? `${prompt.slice(0, 79)}…` : prompt),
  async check(request, library) {
    const cells = cellsOf(request);
    const pictures = cells.length * request.count;
    if (pictures > mostPictures) {
      throw refused(
        "bad-input",
        said`draw: expected at most ${mostPictures} pictures, got ${pictures}. Take fewer values or a smaller count.`,
      );
    }
    for (const cell of cells) await argumentsOf(cell, { library, out: "", seed: 0 });
  },
  async begin(request, { library, outputs, job }): Promise<Work> {
    const cells = cellsOf(request);
    const { seed = seedOf(job), count } = request;
    const pictures: Drawn[] = [];
    return {
      commands: await Promise.all(
        cells.map((cell, at) =>
          argumentsOf(cell, { library, out: join(outputs, String(at)), seed: cell.seed ?? seed }),
        ),
      ),
      progress: (event, at) => drawProgress(event, { at, count, total: cells.length * count }),
      hear(event, at) {
        const { path } = event;
        if (event.type !== "image" || typeof path !== "string") return;
        pictures.push({ path, ...placeOf(request, at) });
      },
      drawn: () => pictures,
      findings: () => ({ made: [], pictures, hasReport: false }),
    };
  },
};

/** Row by row: the request with the values of its place in the grid. */
function cellsOf({ x, y, ...request }: DrawRequest): DrawRequest[] {
  const along = ({ setting, values }: Axis, of: DrawRequest): DrawRequest[] =>
    values.map((value) => withSetting(of, setting, value));
  const rows = y === undefined ? [request] : along(y, request);
  return x === undefined ? rows : rows.flatMap((row) => along(x, row));
}

/** Where in the grid a command draws. */
function placeOf({ x, y }: DrawRequest, at: number): Omit<Drawn, "path"> {
  const columns = x?.values.length ?? 1;
  const [column, row] = [x?.values[at % columns], y?.values[Math.floor(at / columns)]];
  return {
    ...(column !== undefined && { x: String(column) }),
    ...(row !== undefined && { y: String(row) }),
  };
}

function withSetting(request: DrawRequest, setting: Axis["setting"], value: Value): DrawRequest {
  switch (setting) {
    case "prompt":
    case "negative":
    case "sampler":
    case "base":
      return { ...request, [setting]: String(value) };
    case "steps":
    case "width":
    case "height":
    case "seed":
      return { ...request, [setting]: wholeNumber(setting, value) };
    case "guidance":
      return { ...request, guidance: numberOf(setting, value) };
    case "weight": {
      const weight = numberOf(setting, value);
      const [first, ...others] = request.adapters;
      if (first === undefined) {
        throw refused("bad-input", said`draw weight: expected an adapter that it is of, got none.`);
      }
      return { ...request, adapters: [{ ...first, weight }, ...others] };
    }
    default:
      return setting satisfies never;
  }
}

function numberOf(setting: string, value: Value): number {
  const number = typeof value === "number" || value.trim() !== "" ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw refused("bad-input", said`draw ${setting}: expected numbers, got ${value}.`);
}

function wholeNumber(setting: string, value: Value): number {
  const number = numberOf(setting, value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw refused("bad-input", said`draw ${setting}: expected whole numbers, got ${value}.`);
}

interface CellOptions {
  readonly library: LibraryFolder;
  readonly out: string;
  readonly seed: number;
}

async function argumentsOf(
  request: DrawRequest,
  { library, out, seed }: CellOptions,
): Promise<string[]> {
  const adapters: string[] = [];
  for (const adapter of request.adapters) {
    adapters.push(...option("adapter", await adapterArgument(library, adapter)));
  }
  const words: string[] = [];
  for (const word of request.words) {
    words.push(...option("embedding", (await requireItem(library, word, ["words"])).path));
  }
  const { negative, sampler, steps, guidance, width, height, clipSkip, count } = request;
  return [
    "generate",
    ...option("base", await modelArgument(library, request.base)),
    ...option("prompt", request.prompt),
    ...(negative === "" ? [] : option("negative", negative)),
    ...adapters,
    ...words,
    ...option("sampler", sampler),
    ...option("steps", steps),
    ...option("guidance", guidance),
    ...option("width", width),
    ...option("height", height),
    ...option("clip-skip", clipSkip),
    ...option("seed", seed),
    ...option("count", count),
    // A slash at the end: a folder, whatever stands there.
    ...option("out", `${out}/`),
  ];
}

/** Of a job's own number, so that each attempt draws the same. */
function seedOf(job: string): number {
  return Number.parseInt(job.slice(0, 8), 16);
}

const stepEvent = z.object({ index: z.number(), step: z.number(), steps: z.number().positive() });

function drawProgress(
  event: Printed,
  { at, count, total }: { readonly at: number; readonly count: number; readonly total: number },
): Progress | undefined {
  const read = event.type === "step" ? stepEvent.safeParse(event).data : undefined;
  if (read === undefined) return undefined;
  const done = at * count + read.index + read.step / read.steps;
  return { stage: "draw", done: Math.round(done * 100) / 100, total };
}
