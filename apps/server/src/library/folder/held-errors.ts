/** @file Streams whose errors wait for whoever reads them. */

import { PassThrough, pipeline, type Readable } from "node:stream";

/**
 * The same bytes. An error that comes before anybody listens would end the process; here the reader gets it, whenever it
 * begins.
 */
export function holdErrors(stream: Readable): Readable {
  const held = new PassThrough();
  held.on("error", () => {});
  return pipeline(stream, held, () => {});
}
