/** @file The page "pictures", in Korean. */

import type { Messages } from "../catalogue.js";

/** Its texts. */
export const picturesText: Messages["pictures"] = {};
