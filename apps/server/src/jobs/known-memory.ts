/** @file Memory that forecasts have told of requests, for the job that is queued of the very same a little later. */

import type { JobRequest } from "../api/index.js";

/** Bytes by requests. */
export interface KnownMemory {
  readonly tell: (request: JobRequest, bytes: number) => void;
  readonly of: (request: JobRequest) => number | undefined;
}

/** A form asks anew after each change; what counts is the last that it has asked. */
const mostKept = 32;

/** Nothing is known at first. */
export function createKnownMemory(): KnownMemory {
  const known = new Map<string, number>();
  return {
    tell(request, bytes) {
      const key = JSON.stringify(request);
      known.delete(key);
      known.set(key, bytes);
      const [oldest] = known.keys();
      if (known.size > mostKept && oldest !== undefined) known.delete(oldest);
    },
    of: (request) => known.get(JSON.stringify(request)),
  };
}
