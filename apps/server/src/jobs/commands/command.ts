/**
 * @file What a kind of job is: a request becomes command lines, and what these print becomes progress and an outcome.
 * Nothing here runs anything.
 */

import { extname } from "node:path";
import type { ResultFile } from "@atelier/diffusion/train";
import type { Item, Job, JobRequest } from "../../api/index.js";
import type { Backend, Lane } from "../../database/tables.js";
import type { LibraryFolder } from "../../library/folder/library-folder.js";

/** One attempt at a job, and where its files lie. */
export interface Attempt {
  readonly job: string;
  /** The first is 1. */
  readonly number: number;
  readonly library: LibraryFolder;
  /** The job's folder; an earlier attempt may have left files there. */
  readonly folder: string;
  /** Of this attempt alone, empty; what is written there is published or lost. */
  readonly outputs: string;
  /** Name of the run that it trains, where it trains one. */
  readonly run: string | undefined;
}

/** A line of JSON that a command has printed. */
export type Printed = Readonly<Record<string, unknown>> & { readonly type: string };

/** Where it is, as a job says it. */
export type Progress = NonNullable<Job["progress"]>;

/** Something that goes into the library. */
export interface Made {
  readonly kind: Item["kind"];
  readonly path: string;
  /** Wished for, with the ending of its file; a number is added where it is taken. */
  readonly name: string;
  /** The file stays where it is as well. */
  readonly isKept?: boolean;
}

/** A picture that was drawn, and its place where it is part of a grid. */
export interface Drawn {
  readonly path: string;
  readonly x?: string;
  readonly y?: string;
}

/** What an attempt has come to. */
export interface Findings {
  readonly made: readonly Made[];
  /** In the order in which they were asked for. */
  readonly pictures: readonly Drawn[];
  readonly hasReport: boolean;
  /** What the command answers. */
  readonly answer?: unknown;
}

/** Command lines of an attempt, and who listens to what they print. */
export interface Work {
  /** Without `node`, the program and `--json`; run one after another. None where there is nothing left to do. */
  readonly commands: readonly (readonly string[])[];
  /** What an event says of the whole job; nothing where it says nothing of it. @param at which command printed it */
  readonly progress: (event: Printed, at: number) => Progress | undefined;
  /** Hears every event, in order. @param at which command printed it */
  readonly hear: (event: Printed, at: number) => void;
  /** Pictures so far, which go into the library as soon as they are drawn; in the order of `findings`. */
  readonly drawn?: () => readonly Drawn[];
  /** What there is at the end. Called once all commands have ended well. */
  readonly findings: () => Findings;
  /** Exit codes that are no failure, beside 0. */
  readonly accepts?: readonly number[];
}

/** What every kind of job says of itself. */
export interface Command<Request extends JobRequest> {
  readonly lane: Lane;
  /** Whether it saves when it is stopped, and goes on later. */
  readonly canStop: boolean;
  readonly backend: (request: Request) => Backend;
  /** Gigabytes that a machine should have for it. */
  readonly gigabytes: (request: Request) => number;
  /** What it is called where nobody names it. */
  readonly title: (request: Request) => string;
  /** How the run begins that it makes, or the run that it goes on with. */
  readonly run?: (request: Request) => { readonly stem: string } | { readonly name: string };
  /** Says what is wrong with a request before it is queued. @throws AtelierError */
  readonly check: (request: Request, library: LibraryFolder) => Promise<void>;
  /** @throws AtelierError where something that it needs is gone */
  readonly begin: (request: Request, attempt: Attempt) => Promise<Work>;
  /**
   * Ends a training that has saved with the best so far as its result; nothing where it has saved none. Absent where
   * there is nothing to be finished.
   */
  readonly finish?: (request: Request, attempt: Attempt) => Promise<Work | undefined>;
}

/** Of commands that train nothing and are told little of. */
export const small = {
  lane: "light",
  canStop: false,
  backend: () => "cpu",
  gigabytes: () => 1,
} as const satisfies Partial<Command<JobRequest>>;

/** What the results of a training are in the library: of each kind the first form, which Atelier reads itself. */
export function madeOf(results: readonly ResultFile[], name: string): Made[] {
  const first = (kind: ResultFile["kind"]) => results.find((result) => result.kind === kind);
  const made = (kind: Item["kind"], result: ResultFile | undefined, stem = name): Made[] =>
    result === undefined
      ? []
      : [{ kind, path: result.path, name: stem + extname(result.path), isKept: true }];
  const adapter = first("adapter");
  return [
    ...made("model", first("model")),
    ...made("adapter", adapter),
    // Beside an adapter of the same name.
    ...made("word", first("embedding"), adapter === undefined ? name : `${name}-word`),
  ];
}
