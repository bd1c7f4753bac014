/** @file All kinds of job. A kind of the API without an entry does not compile. */

import type { JobKind, JobRequest } from "../../api/index.js";
import type { Command } from "./command.js";
import { draw } from "./draw.js";
import { check, doctor, inspect } from "./looking.js";
import { demo, evaluate, strength } from "./of-run.js";
import { resume, train, tune } from "./training.js";
import { convert, download, extract, merge } from "./writing.js";

type Table = { readonly [Kind in JobKind]: Command<Extract<JobRequest, { kind: Kind }>> };

/** What each kind of job is. */
export const commands: Table = {
  demo,
  train,
  resume,
  tune,
  strength,
  evaluate,
  draw,
  check,
  inspect,
  convert,
  merge,
  extract,
  download,
  doctor,
};

/** The command of a request. */
export function commandOf<Request extends JobRequest>({ kind }: Request): Command<Request> {
  // Sound: the table has for each kind the command of its requests.
  return commands[kind] as unknown as Command<Request>;
}
