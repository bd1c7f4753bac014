/** @file The page "runs", in English. */

/** Its texts. */
export const runsText = {};
