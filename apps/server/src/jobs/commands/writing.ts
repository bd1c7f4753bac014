/** @file Jobs that write models, adapters and words in another form, or fetch them. */

import { extname, join } from "node:path";
import { said } from "@atelier/engine";
import type { JobRequest } from "../../api/index.js";
import { refused } from "../../api/refusal.js";
import { cleanItemName } from "../../library/folder/safe-name.js";
import { type Command, type Made, small, type Work } from "./command.js";
import {
  adapterArgument,
  ending,
  isRepository,
  modelArgument,
  option,
  requireFree,
  requireItem,
  stemOf,
} from "./library-names.js";
import { gigabytesFor } from "./memory-guess.js";
import { trainingProgress } from "./training-events.js";

type RequestOf<Kind extends JobRequest["kind"]> = Extract<JobRequest, { kind: Kind }>;

const kindOf = { models: "model", adapters: "adapter", words: "word" } as const;

/** Another form of something. */
export const convert: Command<RequestOf<"convert">> = {
  ...small,
  gigabytes: () => gigabytesFor(undefined),
  title: ({ into }) => into,
  async check({ name, base, into }, library) {
    await requireItem(library, name);
    if (base !== undefined) await modelArgument(library, base);
    await requireFree(library, into);
  },
  async begin({ name, to, dtype, base, into }, { library, outputs }) {
    const { section, path } = await requireItem(library, name);
    const isFolder = section === "models" && to === "diffusers";
    const out = join(outputs, isFolder ? "result" : `result${ending}`);
    const held = base === undefined ? [] : option("base", await modelArgument(library, base));
    const command = ["convert", path, out, ...option("to", to), ...option("dtype", dtype), ...held];
    return writing(command, { kind: kindOf[section], path: out, name: stemOf(into) });
  },
};

/** Adapters made one, or part of a model. */
export const merge: Command<RequestOf<"merge">> = {
  ...small,
  gigabytes: ({ base }) => gigabytesFor(base),
  title: ({ into }) => into,
  async check({ adapters, base, into }, library) {
    for (const adapter of adapters) await adapterArgument(library, adapter);
    if (base !== undefined) await modelArgument(library, base);
    await requireFree(library, into);
  },
  async begin({ adapters, base, rank, into }, { library, outputs }) {
    const uses: string[] = [];
    for (const adapter of adapters) uses.push(await adapterArgument(library, adapter));
    const name = stemOf(into);
    if (base === undefined) {
      const out = join(outputs, `result${ending}`);
      const command = ["merge", ...uses, ...option("out", out), ...option("rank", rank)];
      return writing(command, { kind: "adapter", path: out, name });
    }
    const model = await modelArgument(library, base);
    // A single file has no tokenizer for a folder to take along.
    const isFile = !isRepository(model) && model.toLowerCase().endsWith(ending);
    const out = join(outputs, isFile ? `result${ending}` : "result");
    const command = ["merge", ...uses, ...option("out", out), ...option("base", model)];
    return writing(command, { kind: "model", path: out, name });
  },
};

/** An adapter made of what distinguishes a model from its base. */
export const extract: Command<RequestOf<"extract">> = {
  ...small,
  gigabytes: ({ base }) => gigabytesFor(base),
  title: ({ into }) => into,
  async check({ tuned, base, into }, library) {
    await requireItem(library, tuned, ["models"]);
    await modelArgument(library, base);
    await requireFree(library, into);
  },
  async begin({ tuned, base, rank, into }, { library, outputs }) {
    const { path } = await requireItem(library, tuned, ["models"]);
    const out = join(outputs, `result${ending}`);
    const model = option("base", await modelArgument(library, base));
    const command = ["extract", path, ...option("out", out), ...model, ...option("rank", rank)];
    return writing(command, { kind: "adapter", path: out, name: stemOf(into) });
  },
};

/** A model or an adapter of the Hugging Face Hub. */
export const download: Command<RequestOf<"download">> = {
  ...small,
  title: ({ repo }) => repo,
  async check({ revision }) {
    if (revision === undefined || /^\w[\w.-]*(\/\w[\w.-]*)*$/.test(revision)) return;
    throw refused(
      "bad-input",
      said`revision: expected a branch, a tag or a commit, got ${revision}.`,
    );
  },
  async begin({ repo, revision, as }, { outputs }) {
    const out = join(outputs, "result");
    const options = [...option("as", as), ...option("revision", revision), ...option("out", out)];
    const name = stemOf(cleanItemName(repo.split("/")[1] ?? "", as));
    return writing(["download", repo, ...options], { kind: as, path: out, name });
  },
};

/** A command that says where it has written, which may be another place than it was told. */
function writing(command: readonly string[], made: Made): Work {
  let path = made.path;
  let answer: unknown;
  return {
    commands: [command],
    progress: trainingProgress,
    hear(event) {
      if (event.type !== "written") return;
      if (typeof event["path"] === "string") path = event["path"];
      const { kept, leftOut } = event;
      if (kept !== undefined) answer = { kept, leftOut };
    },
    findings: () => ({
      made: [{ ...made, path, name: made.name + extname(path) }],
      pictures: [],
      hasReport: false,
      answer,
    }),
  };
}
