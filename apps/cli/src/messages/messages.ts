/** @file Chooses the catalogue of texts. A language is one more file like en.ts and one more entry. */

import { en } from "./en.js";

/** All texts that a person reads, by name. */
export type Messages = typeof en;

const catalogues: Readonly<Record<string, Messages>> = { en };

/** The catalogue for `ATELIER_LANG`, else for the locale of the environment, else English. */
export function messagesFor(env: Readonly<Record<string, string | undefined>>): Messages {
  const wanted = env["ATELIER_LANG"] ?? env["LC_ALL"] ?? env["LC_MESSAGES"] ?? env["LANG"] ?? "";
  return catalogues[wanted.slice(0, 2).toLowerCase()] ?? en;
}
