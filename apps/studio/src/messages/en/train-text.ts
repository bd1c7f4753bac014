/** @file The page "train", in English. */

/** Its texts. */
export const trainText = {};
