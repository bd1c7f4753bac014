/** @file The page "train", in Korean. */

import type { Messages } from "../catalogue.js";

/** Its texts. */
export const trainText: Messages["train"] = {};
