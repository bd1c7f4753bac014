/** @file The page "start", in English. */

/** Its texts. */
export const startText = {};
