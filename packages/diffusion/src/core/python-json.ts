/**
 * @file JSON as Python writes it. diffusers saves `"lambda_min_clipped": -Infinity` into
 * scheduler_config.json, which is no JSON and which `JSON.parse` refuses.
 */

import { AtelierError, messageOf, said } from "@atelier/engine";

/** Strings first, so that a word inside one is left alone. */
const stringOrInfinity = /"(?:[^"\\]|\\.)*"|Infinity/g;
/** A JSON number beyond the range of a double, which therefore parses as infinite. */
const beyondDouble = "1e999";

/**
 * Parses JSON that may hold `Infinity` and `-Infinity`.
 * @param where names the source in the error, for example the file
 * @throws AtelierError `format` when the text is no JSON otherwise.
 */
export function parsePythonJson(text: string, where = "JSON"): unknown {
  const json = text.replace(stringOrInfinity, (token) =>
    token === "Infinity" ? beyondDouble : token,
  );
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new AtelierError(
      "format",
      said`${where}: expected JSON, got text that does not parse (${messageOf(cause)}). Check that the file is whole and was not edited by hand.`,
      { cause },
    );
  }
}
