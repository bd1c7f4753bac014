/** @file The page "compare", in English. */

/** Its texts. */
export const compareText = {};
