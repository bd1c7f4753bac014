/** @file The page "pictures", in English. */

/** Its texts. */
export const picturesText = {};
