/**
 * @file The one error class. A message reads "where: expected X, got Y. What to do."
 * so that a person who sees only the message knows the next step.
 */

/** What kind of thing went wrong; stable, for programs that react to errors. */
export type ErrorCode =
  | "internal"
  | "shape"
  | "dtype"
  | "graph"
  | "runtime"
  | "config"
  | "file"
  | "format"
  | "weights"
  | "data"
  | "network"
  | "training"
  | "aborted";

/** Options of {@link AtelierError}: machine-readable facts and the error that caused this one. */
export interface AtelierErrorOptions {
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Every error that Atelier throws on purpose. */
export class AtelierError extends Error {
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, { context = {}, cause }: AtelierErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "AtelierError";
    this.code = code;
    this.context = context;
  }
}

/** A broken invariant of our own: always a bug in Atelier, never the user's fault. */
export function internalError(
  message: string,
  context: Readonly<Record<string, unknown>> = {},
): AtelierError {
  return new AtelierError("internal", `internal: ${message} This is a bug in Atelier.`, {
    context,
  });
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
