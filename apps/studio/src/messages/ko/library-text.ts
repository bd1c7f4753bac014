/** @file The page "library", in Korean. */

import type { Messages } from "../catalogue.js";

/** Its texts. */
export const libraryText: Messages["library"] = {};
