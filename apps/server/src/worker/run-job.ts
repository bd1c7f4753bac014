/** @file One attempt at a job, from its command lines to its results in the library. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AtelierError, asAtelierError, messageOf, said } from "@atelier/engine";
import { makeFolder } from "@atelier/engine/node";
import { type Problem, printedError } from "../api/index.js";
import type { Claim } from "../jobs/claim.js";
import type { Attempt, Printed, Work } from "../jobs/commands/command.js";
import { commandOf } from "../jobs/commands/commands.js";
import type { JobContext } from "../jobs/context.js";
import { failJob, leaveJob, putBack, stopJob } from "../jobs/end-claim.js";
import type { LibraryFolder } from "../library/folder/library-folder.js";
import type { Origins } from "../library/folder/origins.js";
import { tellProblem } from "../library/folder/tell.js";
import type { AttemptFiles, JobFiles } from "./attempt-files.js";
import { createEventWriter } from "./event-writer.js";
import { type Ending, type RunningCommand, startCommand } from "./run-command.js";

/** What running a job needs. */
export interface RunJobDeps {
  readonly context: JobContext;
  readonly library: LibraryFolder;
  readonly origins: Origins;
  readonly files: JobFiles;
  /** Path of the command line's program. */
  readonly program: string;
  /** How long a training may take to save; longer than a step of a large model. */
  readonly saveMs: number;
  /** How long a cancelled job may take to end by itself. */
  readonly cancelMs: number;
}

/** Why a job is to end before it is done. */
export type Interruption =
  /** Its worker ends: somebody else goes on with it. */
  | "hand-on"
  /** It is to save, and waits until somebody asks for it again. */
  | "stop"
  /** It is to save, and its training ends with the best so far. */
  | "finish"
  /** It was cancelled, or is somebody else's by now. */
  | "leave";

/** A job that runs. */
export interface RunningJob {
  readonly claim: Claim;
  /** Resolves when nothing of it runs any more and its row says how it ended; never rejects. */
  readonly ended: Promise<void>;
  /** Asks it to end; `leave` overrules the others. */
  readonly interrupt: (why: Interruption) => void;
}

/** Runs a job. */
export function runJob(deps: RunJobDeps, claim: Claim): RunningJob {
  const state: State = {
    ...{ isFinishing: claim.isToFinish, why: undefined, command: undefined, timer: undefined },
    ...{ interrupted: new AbortController(), left: new AbortController() },
  };
  const interrupt = (why: Interruption): void => {
    if (state.why === "leave" || state.why === why) return;
    // Handed on, it is finished by whoever takes it.
    if (why === "finish" && (state.isFinishing || state.why === "hand-on")) return;
    const wasAsked = state.why !== undefined;
    state.why = why;
    // What it has saved elsewhere is needed to finish it.
    if (why !== "finish") state.interrupted.abort();
    if (why === "leave") state.left.abort();
    // A second Ctrl-C ends a command that is still saving.
    if (!wasAsked || why === "leave") state.command?.interrupt();
    clearTimeout(state.timer);
    const graceMs = why === "leave" ? deps.cancelMs : deps.saveMs;
    state.timer = setTimeout(() => state.command?.kill(), graceMs);
  };
  const ended = perform(deps, claim, { state, interrupt })
    // The database is away: pg-boss gives the job to somebody else in time.
    .catch(() => {})
    .finally(() => clearTimeout(state.timer));
  return { claim, ended, interrupt };
}

interface State {
  /** Whether what is left to do is to finish its training. */
  isFinishing: boolean;
  why: Interruption | undefined;
  command: RunningCommand | undefined;
  timer: NodeJS.Timeout | undefined;
  readonly interrupted: AbortController;
  readonly left: AbortController;
}

interface Steering {
  readonly state: State;
  readonly interrupt: (why: Interruption) => void;
}

/** Others have a run that is over. */
const trainingKinds: ReadonlySet<string> = new Set(["train", "resume", "tune", "demo"]);

/** The run that a job trains: whoever looks at it finds the job. */
export function trainedRun({ request, run }: Pick<Claim, "request" | "run">): string | undefined {
  return trainingKinds.has(request.kind) ? run : undefined;
}

async function perform(deps: RunJobDeps, claim: Claim, steering: Steering): Promise<void> {
  const { context, library } = deps;
  const { state } = steering;
  const folder = join(library.root, "jobs", claim.job);
  const outputs = join(folder, String(claim.attempt));
  try {
    await makeFolder(outputs);
    const [interrupted, left] = [state.interrupted.signal, state.left.signal];
    using files = await deps.files.open({ claim, outputs, interrupted, left });
    if (files === undefined)
      return await endEarly(context, claim, { result: state.why ?? "leave" });
    const { job, attempt: number, run } = claim;
    const attempt: Attempt = { job, number, run, library, folder, outputs };
    const command = commandOf(claim.request);
    const runWork = (work: Work) => runAll(deps, claim, { ...steering, work, folder, files });
    const end = (result: Result, work: Work): Promise<void> =>
      result === "done"
        ? files.finish(work.findings())
        : endEarly(context, claim, { result, files });
    if (!state.isFinishing) {
      const work = await command.begin(claim.request, attempt);
      // From its first step on.
      const trained = trainedRun(claim);
      if (trained !== undefined) await deps.origins.tell("runs", trained, { job });
      const result = await runWork(work);
      if (result !== "finish") return await end(result, work);
      turnToFinish(state);
    }
    const work = await command.finish?.(claim.request, attempt);
    // What has saved nothing yet has nothing to be done with.
    if (work === undefined) return await endEarly(context, claim, { result: "stop", files });
    await end(await runWork(work), work);
  } catch (error) {
    await failJob(context, claim, problemFor(error));
  } finally {
    await rm(outputs, { recursive: true, force: true });
  }
}

/** What was asked for is what is done from now on. */
function turnToFinish(state: State): void {
  state.isFinishing = true;
  if (state.why !== "finish") return;
  state.why = undefined;
  clearTimeout(state.timer);
}

/** How the commands of a job ended. */
type Result = "done" | Interruption | Problem;

/** Ends a job that is not done. @param files none where it has not begun */
async function endEarly(
  context: JobContext,
  claim: Claim,
  { result, files }: { readonly result: Exclude<Result, "done">; readonly files?: AttemptFiles },
): Promise<void> {
  switch (result) {
    case "stop":
    case "finish":
      await files?.saved();
      return stopJob(context, claim);
    case "hand-on":
      // Where it cannot be sent now, the next worker goes on from what was sent before.
      await files?.saved().catch(() => undefined);
      return putBack(context, claim);
    case "leave":
      return leaveJob(context, claim);
    default:
      await files?.saved().catch(() => undefined);
      return failJob(context, claim, result);
  }
}

/** Events after which a run can be gone on with from another place, or has something to show. */
const savingEvents: ReadonlySet<string> = new Set(["snapshot", "sample"]);

/** A tune tells of its trainings' events. */
function isSaving({ type, event }: Printed): boolean {
  if (savingEvents.has(type)) return true;
  const isNested = typeof event === "object" && event !== null && "type" in event;
  return isNested && typeof event.type === "string" && savingEvents.has(event.type);
}

interface Performance extends Steering {
  readonly work: Work;
  readonly folder: string;
  readonly files: AttemptFiles;
}

async function runAll(
  deps: RunJobDeps,
  claim: Claim,
  { state, interrupt, work, folder, files }: Performance,
): Promise<Result> {
  const writer = createEventWriter(deps.context, claim, () => interrupt("leave"));
  let result: Result = "done";
  let hung = 0;
  for (const [at, command] of work.commands.entries()) {
    if (state.why !== undefined) break;
    const running = startCommand(command, { program: deps.program, folder });
    state.command = running;
    let last: Printed | undefined;
    for await (const event of running.events) {
      work.hear(event, at);
      // Whoever waits for the others sees it already.
      for (const picture of work.drawn?.().slice(hung) ?? []) {
        hung += 1;
        await files.hang(picture, hung);
      }
      if (isSaving(event)) files.save();
      last = event;
      await writer.tell(event, work.progress(event, at));
    }
    const ending = await running.ended;
    state.command = undefined;
    const isGood = ending.code === 0 || work.accepts?.includes(ending.code ?? -1) === true;
    if (last?.type === "error" || !isGood) {
      result = resultOf(ending, last, state.why);
      break;
    }
    // All was done before it heard that it was to end.
    if (at === work.commands.length - 1) finish(state);
  }
  const isOurs = await writer.end();
  if (!isOurs) return "leave";
  return result === "done" ? (state.why ?? "done") : result;
}

/** What was wished of a job that is done by now has come too late, unless it is somebody else's. */
function finish(state: State): void {
  if (state.why !== "leave") state.why = undefined;
}

const interrupted = 130;

function resultOf(
  ending: Ending,
  last: Printed | undefined,
  why: Interruption | undefined,
): Result {
  if (why === "leave") return why;
  // Ctrl-C ends a command at once that does not listen to it yet.
  const wasEnded =
    ending.code === interrupted || ["SIGINT", "SIGKILL"].includes(ending.signal ?? "");
  if (why !== undefined && wasEnded) return why;
  const error = printedError.safeParse(last).data;
  // Somebody else has sent it Ctrl-C, and it has saved.
  if (ending.code === interrupted && error === undefined) return "stop";
  return error ?? crashOf(ending);
}

function crashOf({ code, signal, complaint }: Ending): Problem {
  const how = signal === undefined ? said`exit code ${code ?? "?"}` : said`${signal}`;
  const last = complaint.trim().split("\n").slice(-5).join("\n");
  return tellProblem(
    "crashed",
    last === ""
      ? said`job: expected its command to end well, got ${how}. Memory may be short; the worker's machine tells more.`
      : said`job: expected its command to end well, got ${how}. Memory may be short. Its last words:\n${last}`,
  );
}

/** Whatever was thrown, as a job tells it. */
export function problemFor(thrown: unknown): Problem {
  const error = asAtelierError(thrown);
  if (error instanceof AtelierError) return tellProblem(error.code, error.sentence);
  return tellProblem("internal", said`internal: ${messageOf(thrown)} This is a bug in Atelier.`);
}
