/** @file The page "queue", in English. */

/** Its texts. */
export const queueText = {};
