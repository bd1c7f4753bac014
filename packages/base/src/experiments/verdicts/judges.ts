/** @file Who is scored on the records. */

import type { NamedJudge } from "./scores-text.js";

/** In the order of the tables. */
export const judges: readonly NamedJudge[] = [];
