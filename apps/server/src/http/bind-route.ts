/**
 * @file Binds routes of the contract to functions. What a request holds is parsed by the route's schemas before the
 * function sees it, and its types are the route's.
 */

import { said } from "@atelier/engine";
import type { Context, Hono } from "hono";
import { z } from "zod";
import { refused } from "../api/refusal.js";
import type { AnswerKind, BodyOf, Route } from "../api/route.js";
import { checkText } from "./check-text.js";
import type { HttpEnv } from "./http-env.js";
import { pathParams } from "./path-params.js";
import { badInput } from "./problems.js";
import { readBody } from "./read-body.js";

/** What a route's schema gives; routes that have none are written with that of `undefined`. */
type Parsed<Schema> =
  Exclude<Schema, undefined> extends z.ZodType<infer Output> ? Output : undefined;

/** A request to a route, parsed. */
export interface Call<R extends Route> {
  readonly params: Parsed<R["params"]>;
  readonly query: Parsed<R["query"]>;
  readonly body: BodyOf<Exclude<R["body"], undefined>>;
  /** Its signal says when the client has left. */
  readonly request: Request;
  /** Where it came from. */
  readonly address: string;
  /** Of the answer. */
  readonly answerHeaders: Headers;
}

/** What a function gives for a kind of answer; files and events are whole responses. */
export type Given<Answer extends AnswerKind> = Answer extends z.ZodType
  ? z.input<Answer>
  : Answer extends "nothing"
    ? undefined
    : Response;

/** A function that answers a route. */
export type Handler<R extends Route> = (
  call: Call<R>,
) => Promise<Given<R["answer"]>> | Given<R["answer"]>;

/** A function for each route of a subject. */
export type Handlers<Subject extends Readonly<Record<string, Route>>> = {
  readonly [Name in keyof Subject]: Handler<Subject[Name]>;
};

/** How routes are bound. */
export interface BindOptions {
  /** Whether answers are compared with their schemas, in tests and in development. */
  readonly checksAnswers?: boolean;
  /** Whether to bind those that answer without a key, or those that do not. */
  readonly isOpen?: boolean;
}

/** Binds the routes of a subject. */
export function bindRoutes<Subject extends Readonly<Record<string, Route>>>(
  app: Hono<HttpEnv>,
  subject: Subject,
  handlers: Handlers<Subject>,
  options: BindOptions = {},
): void {
  for (const name of Object.keys(subject)) {
    const route = subject[name];
    const handler = handlers[name];
    if (route === undefined || handler === undefined) continue;
    if ((route.isOpen ?? false) === (options.isOpen ?? false))
      bindRoute(app, route, handler, options);
  }
}

/** Binds a route to the function that answers it. */
export function bindRoute<R extends Route>(
  app: Hono<HttpEnv>,
  route: R,
  handler: Handler<R>,
  { checksAnswers = false }: Pick<BindOptions, "checksAnswers"> = {},
): void {
  app.on(route.method, route.path, async (context) => {
    const answerHeaders = new Headers();
    const call = await callOf(route, context, answerHeaders);
    const given: unknown = await handler(call);
    const response = responseOf(route, given, checksAnswers);
    for (const [name, value] of answerHeaders) response.headers.append(name, value);
    return response;
  });
}

async function callOf<R extends Route>(
  route: R,
  { req, var: { address } }: Context<HttpEnv>,
  answerHeaders: Headers,
): Promise<Call<R>> {
  const url = new URL(req.url);
  const params = parsed("path", route.params, pathParams(route.path, url.pathname));
  const query = parsed("query", route.query, queryOf(url));
  const sent = await readBody(req.raw, route.body, route.limitBytes);
  const body = route.body instanceof z.ZodType ? parsed("body", route.body, sent) : sent;
  // Sound: each part was parsed by the schema that its type comes from.
  return { params, query, body, request: req.raw, address, answerHeaders } as Call<R>;
}

function queryOf(url: URL): Record<string, string> {
  for (const [name, value] of url.searchParams) {
    checkText(name);
    checkText(value);
  }
  return Object.fromEntries(url.searchParams);
}

function parsed(where: string, schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw badInput(where, result.error);
  return result.data;
}

function responseOf({ answer, status, path }: Route, given: unknown, isChecked: boolean): Response {
  if (answer instanceof z.ZodType) {
    if (isChecked) {
      const { error } = answer.safeParse(given);
      if (error)
        throw new TypeError(`${path} answers what its schema does not allow`, { cause: error });
    }
    return Response.json(given, { status: status ?? 200 });
  }
  if (answer === "nothing") return new Response(null, { status: status ?? 204 });
  if (given instanceof Response) return given;
  throw refused("not-found", said`${path}: expected a file, got none.`);
}
