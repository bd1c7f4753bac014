/** @file The page "start", in Korean. */

import type { Messages } from "../catalogue.js";

/** Its texts. */
export const startText: Messages["start"] = {};
