/** @file The page "runs", in Korean. */

import type { Messages } from "../catalogue.js";

/** Its texts. */
export const runsText: Messages["runs"] = {};
