/** @file Every warning that the library can tell, with the parameters that tell the forms of its sentence apart. */

import { said } from "@atelier/engine";
import { type ParamKind, type ParamKinds, some } from "../core/warnings/param-kinds.js";
import type { Warning } from "../core/warnings/warning.js";
import { warningTable } from "../core/warnings/warning-table.js";
import { warningSchema } from "../train/events/warning-schema.js";

/** Each code, with the kinds of its parameters. */
export const warningKinds: readonly (readonly [code: string, kinds: ParamKinds])[] =
  Object.entries<ParamKinds>(warningTable);

/** `name-0`, `name-1` … */
export const sampleNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `name-${index}`);

/** Warnings of a code with all combinations of samples, as a log has them, which knows them by the same table. */
export function sampleWarnings(code: string, kinds: ParamKinds): Warning[] {
  return paramsOf(kinds).map((params) => warningSchema.parse({ type: "warning", code, params }));
}

const counts = [1, 2, 7];

/** Values that tell the forms of a sentence apart: one, two, more than are shown; absent; each word. */
function samplesOf(kind: ParamKind): readonly unknown[] {
  switch (kind) {
    case "text":
      return ["a text"];
    case "number":
      return counts;
    case "boolean":
      return [true, false];
    case "texts":
      return counts.map(sampleNames);
    case "some":
      return counts.map((count) => some(sampleNames(count)));
    case "sentence":
      return [said`${"a.json"}: expected JSON, got ${said`nothing`}.`];
    case "prediction":
      return ["epsilon", "v_prediction", "sample"];
    case "text?":
    case "number?":
    case "boolean?":
    case "texts?":
    case "some?":
    case "sentence?":
    case "prediction?":
      // Without its question mark it is one.
      return [undefined, ...samplesOf(kind.slice(0, -1) as ParamKind)];
    default:
      return kind;
  }
}

/** All combinations of samples. */
function paramsOf(kinds: ParamKinds): readonly Readonly<Record<string, unknown>>[] {
  return Object.entries(kinds).reduce<readonly Readonly<Record<string, unknown>>[]>(
    (all, [name, kind]) =>
      all.flatMap((params) => samplesOf(kind).map((value) => ({ ...params, [name]: value }))),
    [{}],
  );
}
