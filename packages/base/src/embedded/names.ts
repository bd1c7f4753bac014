/** @file What the embedded base is called, where a model is named and where one is spoken of. */

/**
 * Names it where a path is expected. Repositories have a slash in their names, and a folder that is called so is
 * `./embedded`.
 */
export const embeddedBaseName = "embedded";

/** What pictures, adapters and events call it, in places where "embedded" alone says too little. */
export const embeddedBaseTitle = "atelier-embedded";

/** The same within a sentence. */
export const embeddedBaseInWords = "the embedded base";
