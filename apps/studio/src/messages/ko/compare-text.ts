/** @file The page "compare", in Korean. */

import type { Messages } from "../catalogue.js";

/** Its texts. */
export const compareText: Messages["compare"] = {};
