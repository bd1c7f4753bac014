/** @file The page "queue", in Korean. */

import type { Messages } from "../catalogue.js";

/** Its texts. */
export const queueText: Messages["queue"] = {};
