/** @file Jobs about a run that is over, and the demo, which makes one of its own. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { JobRequest } from "../../api/index.js";
import { type Command, madeOf, type Work } from "./command.js";
import { option, runFolder } from "./library-names.js";
import { gigabytesFor } from "./memory-guess.js";
import { nameOfRun, waitForLock } from "./training.js";
import { type Results, resultsOf, trainingProgress } from "./training-events.js";

type RequestOf<Kind extends JobRequest["kind"]> = Extract<JobRequest, { kind: Kind }>;

const heavy = {
  lane: "heavy",
  canStop: false,
  backend: () => "cpu",
  gigabytes: () => gigabytesFor(undefined),
} as const satisfies Partial<Command<JobRequest>>;

/** The strength of a result, measured. */
export const strength: Command<RequestOf<"strength">> = {
  ...heavy,
  title: ({ run }) => run,
  run: ({ run }) => ({ name: run }),
  async check({ run }, library) {
    await runFolder(library, run);
  },
  async begin({ run, prefer, strengths, draws }, { library, outputs }): Promise<Work> {
    const folder = await runFolder(library, run);
    const out = join(outputs, "strength.safetensors");
    const chosen = option("strengths", strengths?.join(","));
    let results: Results = [];
    let answer: unknown;
    let value = "";
    return {
      commands: [
        [
          ...["strength", folder, ...option("out", out), ...option("prefer", prefer)],
          ...[...chosen, ...option("draw", draws)],
        ],
      ],
      progress: trainingProgress,
      hear(event) {
        results = resultsOf(event) ?? results;
        if (event.type !== "chosen") return;
        answer = event;
        value = typeof event["strength"] === "number" ? `-${event["strength"]}` : "";
      },
      findings: () => ({
        // They lie in the attempt's own folder, where nobody needs them any more.
        made: madeOf(results, `${nameOfRun(run)}${value}`).map((made) => ({
          ...made,
          isKept: false,
        })),
        pictures: [],
        hasReport: true,
        answer,
      }),
    };
  },
};

/** A result scored as papers do; drawings stay in the run's folder, and an evaluation goes on from them. */
export const evaluate: Command<RequestOf<"evaluate">> = {
  ...heavy,
  title: ({ run }) => run,
  run: ({ run }) => ({ name: run }),
  async check({ run }, library) {
    await runFolder(library, run);
  },
  async begin({ run }, { library }): Promise<Work> {
    const folder = await runFolder(library, run);
    let answer: unknown;
    return {
      commands: [["evaluate", folder]],
      progress: trainingProgress,
      hear(event) {
        if (event.type === "done") answer = event["evaluation"];
      },
      findings: () => ({ made: [], pictures: [], hasReport: true, answer }),
    };
  },
};

const demoEnd = z.object({ adapter: z.object({ kohya: z.string() }) });

/** The demo. Its folder is its run; an attempt that broke off leaves one that the next takes away. */
export const demo: Command<RequestOf<"demo">> = {
  ...heavy,
  title: () => "Mascot",
  run: () => ({ stem: "mascot" }),
  check: async () => {},
  async begin(_request, { library, run, job }): Promise<Work> {
    const { path } = await library.place("runs", run ?? job);
    await waitForLock(path);
    await rm(path, { recursive: true, force: true });
    let adapter: string | undefined;
    let answer: unknown;
    return {
      commands: [["demo", ...option("out", path)]],
      progress: trainingProgress,
      hear(event) {
        if (event.type !== "done") return;
        const { seconds, worked, findings, measures } = event;
        answer = { seconds, worked, findings, measures };
        adapter = demoEnd.safeParse(event).data?.adapter.kohya;
      },
      findings: () => ({
        made:
          adapter === undefined
            ? []
            : madeOf([{ kind: "adapter", form: "kohya", path: adapter }], "mascot"),
        pictures: [],
        hasReport: true,
        answer,
      }),
    };
  },
};
