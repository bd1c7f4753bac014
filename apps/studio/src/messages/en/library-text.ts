/** @file The page "library", in English. */

/** Its texts. */
export const libraryText = {};
