/** @file The page "draw", in Korean. */

import type { Messages } from "../catalogue.js";

/** Its texts. */
export const drawText: Messages["draw"] = {};
