/**
 * @file What a route of the API is: a value that the server answers by, the page and other clients call by, and the
 * OpenAPI document is written from. Nothing here knows the server or the browser.
 */

import type { z } from "zod";

/** What a request carries: JSON of a schema, a form with files, or the bytes of one file. */
export type BodyKind = z.ZodType | "form" | "bytes";

/** What an answer is: JSON of a schema, a file, a stream of server-sent events, or nothing. */
export type AnswerKind = z.ZodType | "file" | "events" | "nothing";

/** A route. Parameters in `path` are written `:name`; `*` at its end takes the rest of a path. */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends BodyKind = BodyKind,
  Answer extends AnswerKind = AnswerKind,
> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: `/api/${string}`;
  /** One line, as it stands in the API's description. */
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer;
  /** Status of success; 200 unless said otherwise. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Most bytes that a body may have: 2 MB of JSON, 64 MB of a file and 64 GB of a form unless said otherwise. */
  readonly limitBytes?: number;
  /** Whether it answers without a key. */
  readonly isOpen?: true;
}

/** Keeps the types of a route's parts. */
export function route<
  const Params extends z.ZodType = z.ZodUndefined,
  const Query extends z.ZodType = z.ZodUndefined,
  const Body extends BodyKind = z.ZodUndefined,
  const Answer extends AnswerKind = "nothing",
>(definition: Route<Params, Query, Body, Answer>): Route<Params, Query, Body, Answer> {
  return definition;
}

/** A file of a form, as it arrives: read it before the next is asked for; what is left of it is then skipped. */
export interface FormFile {
  /** The field's name, such as `file`. */
  readonly field: string;
  /** As the client calls it: any text, never a path to be used. */
  readonly name: string;
  /** As the client says, such as `image/png`. */
  readonly type: string;
  /** @throws AtelierError `data` where the form ends early or becomes too large */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What a handler is given for a kind of body. */
export type BodyOf<Body> = Body extends z.ZodType
  ? z.output<Body>
  : Body extends "form"
    ? AsyncIterable<FormFile>
    : Body extends "bytes"
      ? Uint8Array
      : undefined;

/** What a caller hands over for a kind of body. */
export type SentBody<Body> = Body extends z.ZodType
  ? z.input<Body>
  : Body extends "form"
    ? FormData
    : Body extends "bytes"
      ? Blob
      : undefined;

/** What a caller gets. */
export type AnswerOf<Answer> = Answer extends z.ZodType
  ? z.output<Answer>
  : Answer extends "nothing"
    ? undefined
    : Response;
