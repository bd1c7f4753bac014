/**
 * @file Entry point `@atelier/server/korean`: what the server says in Korean, for the page and the command line.
 * Platform-free.
 */

import type { SentenceCatalogue } from "@atelier/engine";
import { commandErrors } from "./command-errors.js";
import { httpErrors } from "./http-errors.js";
import { libraryErrors } from "./library-errors.js";
import { queueErrors } from "./queue-errors.js";

/** Errors, those of commands among them, by their English templates. */
export const serverErrors: SentenceCatalogue = {
  ...httpErrors,
  ...libraryErrors,
  ...queueErrors,
  ...commandErrors,
};
