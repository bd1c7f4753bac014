/** @file Errors of the Studio's server in Korean, by their English templates. */

import type { SentenceCatalogue } from "@atelier/engine";

/** Sentences by templates. */
export const serverErrors: SentenceCatalogue = {};
