/**
 * @file Calls routes over fetch, with the types of the routes themselves. The page uses it, and so can any program in
 * TypeScript:
 *
 * @example
 * const atelier = { origin: "http://127.0.0.1:4860", token };
 * const job = await callRoute(atelier, routes.jobs.create, { body: { request: { kind: "demo" } } });
 */

import { z } from "zod";
import type { AnswerKind, AnswerOf, BodyKind, Route, SentBody } from "./route.js";
import { type Problem, problem } from "./sentence.js";

/** A server to call. */
export interface Connection {
  /** `http://127.0.0.1:4860`; empty for the page's own. */
  readonly origin: string;
  /** For programs; a browser has its cookie. */
  readonly token?: string | undefined;
}

/** What a call hands over. */
export type CallOptions<Params extends z.ZodType, Query extends z.ZodType, Body> = {
  readonly signal?: AbortSignal | undefined;
} & (Params extends z.ZodUndefined ? object : { readonly params: z.input<Params> }) &
  (Query extends z.ZodUndefined ? object : { readonly query?: z.input<Query> | undefined }) &
  (SentBody<Body> extends undefined ? object : { readonly body: SentBody<Body> });

/** An answer that says why something could not be done. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  readonly status: number;

  constructor(told: Problem, status: number) {
    super(told.message);
    this.problem = told;
    this.status = status;
  }
}

/** Where a route answers. */
export function addressOf(
  route: Pick<Route, "path">,
  params: Readonly<Record<string, unknown>> = {},
  query: Readonly<Record<string, string | number | boolean | undefined>> = {},
): string {
  const path = route.path
    .replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
    .replace(/\*$/, () => String(params["*"]).split("/").map(encodeURIComponent).join("/"));
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

/**
 * Calls a route. @throws ProblemError where the server says why not, TypeError where it cannot be reached.
 * @returns what the route's schema says; the response itself for files and events
 */
export async function callRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends BodyKind,
  Answer extends AnswerKind,
>(
  { origin, token }: Connection,
  called: Route<Params, Query, Body, Answer>,
  options: CallOptions<Params, Query, Body>,
): Promise<AnswerOf<Answer>> {
  // Sound: the type above says which of these each route has.
  const { params, query, body, signal } = options as {
    params?: Record<string, unknown>;
    query?: Record<string, string | number | boolean | undefined>;
    body?: unknown;
    signal?: AbortSignal;
  };
  const isJson = body !== undefined && !(body instanceof Blob) && !(body instanceof FormData);
  const response = await fetch(`${origin}${addressOf(called, params, query)}`, {
    method: called.method,
    ...(signal && { signal }),
    headers: {
      ...(isJson && { "content-type": "application/json" }),
      ...(body instanceof Blob && { "content-type": body.type || "application/octet-stream" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as BodyInit) }),
  });
  if (!response.ok) throw new ProblemError(await problemOf(response), response.status);
  const { answer } = called;
  if (answer instanceof z.ZodType) return answer.parse(await response.json()) as AnswerOf<Answer>;
  return (answer === "nothing" ? undefined : response) as AnswerOf<Answer>;
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    return problem.parse(JSON.parse(text));
  } catch {
    return {
      code: "http",
      message: `${response.status} ${response.statusText}: ${text.slice(0, 300)}`,
    };
  }
}
