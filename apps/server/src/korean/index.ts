/**
 * @file Entry point `@atelier/server/korean`: what the server says in Korean, for the page and the command line.
 * Platform-free.
 */

export { libraryErrors } from "./library-errors.js";
export { queueErrors } from "./queue-errors.js";
