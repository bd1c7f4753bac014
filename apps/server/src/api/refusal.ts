/**
 * @file Errors whose kind a caller must know: what is not there, what is there already, what is too large, what is
 * asked for wrongly. Each is an AtelierError like all others; the API answers it with the status that fits.
 */

import { AtelierError, type ErrorCode, type Sentence } from "@atelier/engine";

/** What kind of refusal it is: the `code` of the problem that the API answers. */
export type Refusal =
  | "not-found"
  | "conflict"
  | "bad-input"
  | "too-large"
  | "unsupported-type"
  | "unauthorized"
  | "forbidden"
  | "too-many-requests"
  | "unavailable";

const codes: Readonly<Record<Refusal, ErrorCode>> = {
  "not-found": "file",
  conflict: "file",
  "bad-input": "config",
  "too-large": "data",
  "unsupported-type": "format",
  unauthorized: "config",
  forbidden: "config",
  "too-many-requests": "config",
  unavailable: "runtime",
};

/** An error of this kind. @example throw refused("not-found", said`data set ${name}: expected one of the library, got none.`) */
export function refused(
  refusal: Refusal,
  sentence: Sentence,
  { cause, ...context }: { readonly cause?: unknown } & Readonly<Record<string, unknown>> = {},
): AtelierError {
  return new AtelierError(codes[refusal], sentence, { context: { ...context, refusal }, cause });
}

/** Of what kind an error is; none where it was not thrown by {@link refused}. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof AtelierError)) return undefined;
  const { refusal } = error.context;
  return typeof refusal === "string" && isRefusal(refusal) ? refusal : undefined;
}

function isRefusal(name: string): name is Refusal {
  return Object.hasOwn(codes, name);
}
