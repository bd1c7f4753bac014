/** @file The page "draw", in English. */

/** Its texts. */
export const drawText = {};
