/** @file What went wrong, as the API answers it: a status and a problem in JSON, never a stack. */

import { AtelierError, type ErrorCode, said } from "@atelier/engine";
import { z } from "zod";
import { type Refusal, refusalOf, refused } from "../api/refusal.js";
import type { Problem } from "../api/sentence.js";
import { type LibraryReason, reasonOf } from "../library/folder/library-error.js";
import { tellProblem } from "../library/folder/tell.js";

/** A problem with the status that fits it. */
export interface ToldProblem {
  readonly problem: Problem;
  readonly status: number;
}

const refusalStatus: Readonly<Record<Refusal, number>> = {
  "not-found": 404,
  conflict: 409,
  "bad-input": 400,
  "too-large": 413,
  "unsupported-type": 415,
  unauthorized: 401,
  forbidden: 403,
  "too-many-requests": 429,
  unavailable: 503,
};

/** Why the library cannot, as callers are told it. */
const libraryRefusals: Readonly<Record<LibraryReason, Refusal>> = {
  absent: "not-found",
  taken: "conflict",
  busy: "conflict",
  "too-large": "too-large",
  refused: "bad-input",
};

/** Of errors that are no refusals: what was handed in is wrong, or the machine cannot. */
const codeStatus: Readonly<Record<ErrorCode, number>> = {
  internal: 500,
  shape: 400,
  dtype: 400,
  graph: 500,
  runtime: 503,
  config: 400,
  file: 400,
  format: 400,
  weights: 400,
  data: 400,
  network: 502,
  training: 400,
  aborted: 503,
};

/** What is answered for whatever was thrown. Errors that are not ours say nothing of what they are. */
export function problemFor(thrown: unknown): ToldProblem {
  const error = asKnown(thrown);
  if (error === undefined) {
    const message = "internal: expected to answer, got an error. The server's output tells more.";
    return { status: 500, problem: { code: "internal", message } };
  }
  const reason = reasonOf(error);
  const refusal = refusalOf(error) ?? (reason && libraryRefusals[reason]);
  return {
    status: isFull(thrown) ? 507 : refusal ? refusalStatus[refusal] : codeStatus[error.code],
    problem: tellProblem(refusal ?? error.code, error.sentence),
  };
}

/** A problem as a response. */
export function problemResponse(
  thrown: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { problem, status } = problemFor(thrown);
  return Response.json(problem, { status, headers: { "cache-control": "no-store", ...headers } });
}

/** Says what of a value its schema does not allow, one path each. */
export function badInput(where: string, { issues }: z.ZodError): AtelierError {
  const told = issues
    .slice(0, 10)
    .map(({ path, message }) => `${path.map(String).join(".") || "value"}: ${message}`)
    .join("; ");
  return refused(
    "bad-input",
    said`${where}: expected what /api/openapi.json describes, got another (${told}). Correct it.`,
  );
}

function asKnown(thrown: unknown): AtelierError | undefined {
  if (thrown instanceof AtelierError) return thrown;
  if (thrown instanceof z.ZodError) return undefined;
  if (isFull(thrown)) {
    return new AtelierError(
      "file",
      said`library: expected room on its disk, got none. Make room, then do it again.`,
    );
  }
  return undefined;
}

/** Whether the disk, or a quota, is full. */
function isFull(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ("code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) return true;
  }
  return false;
}
