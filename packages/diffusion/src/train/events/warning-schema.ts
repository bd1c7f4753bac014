/** @file Warnings in a run's log: a schema for each code, from the table of their parameters. */

import type { Sentence } from "@atelier/engine";
import { z } from "zod";
import type { ParamKind, ParamKinds } from "../../core/warnings/param-kinds.js";
import { type WarningEvent, warning, warningEvent } from "../../core/warnings/warning.js";
import { warningTable } from "../../core/warnings/warning-table.js";
import { predictionTypes } from "../../process/prediction-type.js";

const sentence: z.ZodType<Sentence> = z.lazy(() =>
  z.strictObject({
    template: z.string(),
    params: z.array(z.union([z.string(), z.number(), z.boolean(), sentence])),
  }),
);

const schemas = {
  sentence,
  text: z.string(),
  number: z.number(),
  boolean: z.boolean(),
  texts: z.array(z.string()),
  some: z.strictObject({ count: z.int(), first: z.array(z.string()) }),
  prediction: z.enum(predictionTypes),
};

const isName = (kind: string): kind is keyof typeof schemas => Object.hasOwn(schemas, kind);

function schemaOf(kind: ParamKind): z.ZodType {
  if (typeof kind !== "string") return z.enum(kind);
  const name = kind.replace("?", "");
  const schema: z.ZodType = isName(name) ? schemas[name] : z.never();
  return name === kind ? schema : schema.optional();
}

const events = Object.entries<ParamKinds>(warningTable).map(([code, kinds]) =>
  z.strictObject({
    type: z.literal("warning"),
    code: z.literal(code),
    params: z.strictObject(
      Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, schemaOf(kind)])),
    ),
  }),
);

const anyCode = z.discriminatedUnion(
  "code",
  // There are codes.
  events as [(typeof events)[number], ...typeof events],
  { error: "Invalid input: expected the code of a warning" },
);

/** Of any code. */
// The schemas and the type come from one table.
export const warningSchema: z.ZodType<WarningEvent> = anyCode as unknown as z.ZodType<WarningEvent>;

/** As version 1 of the log had them. */
export const wordedWarningSchema: z.ZodType<WarningEvent> = z
  .strictObject({ type: z.literal("warning"), message: z.string() })
  .transform(({ message }) => warningEvent(warning("in-words", { message })));
