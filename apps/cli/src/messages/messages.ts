/** @file Chooses the catalogue of texts. A language is one more set of files like the English ones and one more entry. */

import { english, type Messages } from "./catalogue.js";

export type { Messages } from "./catalogue.js";

/** Languages but English, each loaded where it is wanted. */
const catalogues: Readonly<Record<string, () => Promise<Messages>>> = {
  ko: async () => (await import("./ko/korean.js")).korean,
};

/**
 * The catalogue for `ATELIER_LANG`, else for the locale of the environment (an empty variable is none), else English.
 */
export async function messagesFor(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Messages> {
  const wanted = ["ATELIER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].find((name) => env[name]);
  const language = (wanted === undefined ? "" : (env[wanted] ?? "")).slice(0, 2).toLowerCase();
  return Object.hasOwn(catalogues, language)
    ? ((await catalogues[language]?.()) ?? english)
    : english;
}
