/** @file The shape of the library's functions: one for each route, with what the route's schemas say. */

import type { z } from "zod";
import type { AnswerKind, BodyKind, BodyOf, Route } from "../../api/route.js";
import type { LibraryFile } from "./library-file.js";

/** An answer as a function gives it. */
type GivenAnswer<Answer> = Answer extends z.ZodType
  ? z.input<Answer>
  : Answer extends "file"
    ? LibraryFile
    : undefined;

/** What a function of a route is handed: checked by the route's schemas. */
export interface RouteInput<Params extends z.ZodType, Query extends z.ZodType, Body> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: BodyOf<Body>;
}

/** The function of a route. */
export type RouteMethod<Each> =
  Each extends Route<
    infer Params extends z.ZodType,
    infer Query extends z.ZodType,
    infer Body extends BodyKind,
    infer Answer extends AnswerKind
  >
    ? (input: RouteInput<Params, Query, Body>) => Promise<GivenAnswer<Answer>>
    : never;

/** Functions for routes, by the same names. */
export type RouteMethods<Routes> = { readonly [Name in keyof Routes]: RouteMethod<Routes[Name]> };
