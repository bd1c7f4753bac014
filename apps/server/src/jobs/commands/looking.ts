/** @file Jobs that look at something and answer: data sets, files, the machine. */

import type { JobRequest } from "../../api/index.js";
import { type Command, type Printed, small, type Work } from "./command.js";
import { datasetFolder, modelArgument, option, requireItem } from "./library-names.js";

type RequestOf<Kind extends JobRequest["kind"]> = Extract<JobRequest, { kind: Kind }>;

/** Lines without a type are answers; a worker gives them this one. */
export const answerType = "answer";

/** What is to know of pictures and captions. */
export const check: Command<RequestOf<"check">> = {
  ...small,
  gigabytes: () => 2,
  title: ({ dataset }) => dataset,
  async check({ dataset, base }, library) {
    await datasetFolder(library, dataset);
    await modelArgument(library, base);
  },
  async begin({ dataset, base, prompt, width, height, buckets }, { library }) {
    const folder = await datasetFolder(library, dataset);
    const model = option("base", await modelArgument(library, base));
    const size = [...option("width", width), ...option("height", height)];
    const shapes = buckets ? ["--buckets"] : [];
    const command = ["check", folder, ...model, ...option("prompt", prompt), ...size, ...shapes];
    // A set of which no picture can be used is an answer as well.
    return answering(command, { accepts: [1] });
  },
};

/** What a file is and what is wrong with it. */
export const inspect: Command<RequestOf<"inspect">> = {
  ...small,
  gigabytes: () => 2,
  title: ({ name }) => name,
  async check({ name, base }, library) {
    await requireItem(library, name);
    if (base !== undefined) await modelArgument(library, base);
  },
  async begin({ name, base }, { library }) {
    const { path } = await requireItem(library, name);
    const held = base === undefined ? [] : option("base", await modelArgument(library, base));
    return answering(["inspect", path, ...held], { accepts: [1] });
  },
};

/** What the machine is able to do. */
export const doctor: Command<RequestOf<"doctor">> = {
  ...small,
  title: () => "Doctor",
  check: async () => {},
  begin: async () => answering(["doctor"], { accepts: [1], isList: true }),
};

/** A command whose lines without a type are what it answers: the last, or all of them. */
function answering(
  command: readonly string[],
  { accepts, isList = false }: { readonly accepts: readonly number[]; readonly isList?: boolean },
): Work {
  const answers: unknown[] = [];
  return {
    commands: [command],
    accepts,
    progress: () => undefined,
    hear(event: Printed) {
      if (event.type === answerType) answers.push(event["answer"]);
    },
    findings: () => ({
      made: [],
      pictures: [],
      hasReport: false,
      answer: isList ? answers : answers.at(-1),
    }),
  };
}
