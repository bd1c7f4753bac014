/** @file The API's description (OpenAPI 3.1), written from the routes and their schemas. */

import { z } from "zod";
import type { Route } from "../api/route.js";
import { problem } from "../api/sentence.js";

/** A JSON Schema, as it stands in the description. */
export type Schema = Readonly<Record<string, unknown>>;

/** Routes by subject. */
export type Subjects = Readonly<Record<string, Readonly<Record<string, Route>>>>;

/** A parameter of a path or a query. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

/** What a body or an answer holds. */
type Content = Readonly<Record<string, { readonly schema: Schema }>>;

/** One route. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, { description: string; content?: Content }>>;
  /** Empty where it answers without a key. */
  readonly security?: readonly [];
}

/** The description. */
export interface Description {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, Schema>>;
  };
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

/** Describes routes. */
export function describeApi(subjects: Subjects, version: string): Description {
  const schemas = new Map<string, Schema>();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [subject, routes] of Object.entries(subjects)) {
    for (const [name, route] of Object.entries(routes)) {
      // As OpenAPI writes parameters; it has no rest of a path, and `{path}` stands for it.
      const path = route.path.replace(/:(\w+)/g, "{$1}").replace(/\*$/, "{path}");
      paths[path] ??= {};
      paths[path][route.method.toLowerCase()] = describeRoute(`${subject}.${name}`, route, schemas);
    }
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Atelier",
      version,
      description:
        "Everything that the Studio does. Send the key that stands in the library's file `token` as `Authorization: Bearer`.",
    },
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        key: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "atelier-*" },
      },
    },
    security: [{ key: [] }, { session: [] }],
  };
}

function describeRoute(
  operationId: string,
  { summary, path, params, query, body, answer, status, isOpen }: Route,
  schemas: Map<string, Schema>,
): Operation {
  const content = contentOf(body, "input", schemas);
  const answered = contentOf(answer, "output", schemas);
  return {
    operationId,
    summary,
    tags: [operationId.split(".", 1).join()],
    parameters: [
      ...parametersOf("path", params, schemas).map((parameter) =>
        parameter.name === "*" && path.endsWith("*") ? { ...parameter, name: "path" } : parameter,
      ),
      ...parametersOf("query", query, schemas),
    ],
    ...(content && { requestBody: { required: true, content } }),
    responses: {
      [String(status ?? (answer === "nothing" ? 204 : 200))]: {
        description: "Done",
        ...(answered && { content: answered }),
      },
      default: {
        description: "Why not",
        content: { "application/json": { schema: schemaOf(problem, "output", schemas) } },
      },
    },
    ...(isOpen && { security: [] }),
  };
}

function contentOf(
  kind: Route["body"] | Route["answer"],
  io: "input" | "output",
  schemas: Map<string, Schema>,
): Content | undefined {
  if (kind === undefined || kind === "nothing") return undefined;
  if (kind instanceof z.ZodType) {
    return { "application/json": { schema: schemaOf(kind, io, schemas) } };
  }
  const file = { type: "string", contentMediaType: "application/octet-stream" };
  if (kind === "events") return { "text/event-stream": { schema: { type: "string" } } };
  if (kind !== "form") return { "application/octet-stream": { schema: file } };
  const form = { type: "object", properties: { file: { type: "array", items: file } } };
  return { "multipart/form-data": { schema: form } };
}

function parametersOf(
  place: "path" | "query",
  schema: z.ZodType | undefined,
  schemas: Map<string, Schema>,
): Parameter[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input", schemas);
  // Sound: so are the schemas of objects that zod writes, and parameters are objects.
  const names = Object.entries(properties as Readonly<Record<string, Schema>>);
  const needed = required as readonly string[];
  return names.map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === "path" || needed.includes(name),
    ...(typeof description === "string" && { description }),
    schema: rest,
  }));
}

/** A schema in JSON; those that have names are put aside under them. */
function schemaOf(schema: z.ZodType, io: "input" | "output", schemas: Map<string, Schema>): Schema {
  const { $schema: _dialect, $defs = {}, ...own } = written(schema, io);
  const answered = io === "input" ? (written(schema, "output").$defs ?? {}) : $defs;
  const isAnswered = (name: string): boolean =>
    JSON.stringify($defs[name]) === JSON.stringify(answered[name]);
  // What is given may leave out what is answered in full.
  const names = new Map(
    Object.keys($defs).map((name) => [name, isAnswered(name) ? name : `${name}Given`]),
  );
  for (const [name, definition] of Object.entries($defs)) {
    schemas.set(names.get(name) ?? name, renamed(definition, names));
  }
  return renamed(own, names);
}

function written(schema: z.ZodType, io: "input" | "output") {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    // That more fields may come is nothing to be strict about.
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
}

/** With references to where named schemas stand. */
function renamed(schema: object, names: ReadonlyMap<string, string>): Schema {
  const text = JSON.stringify(schema).replace(
    /"#\/\$defs\/([^"]+)"/g,
    (_, name: string) => `"#/components/schemas/${names.get(name) ?? name}"`,
  );
  // Sound: what JSON was written from an object is one.
  return JSON.parse(text) as Schema;
}
