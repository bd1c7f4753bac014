/** @file What a job was asked for, as names and values that fit on a page. */

import type { JobRequest } from "@atelier/server/api";
import { flatten } from "../runs/settings-diff.js";

/** Names by their paths, such as `config.steps`, with what was asked for; empty values say nothing. */
export function requestFacts(request: JobRequest): [name: string, value: unknown][] {
  return [...flatten(request)].flatMap(([path, value]): [string, unknown][] => {
    const isEmpty =
      value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
    return isEmpty || path === "kind" ? [] : [[path, value]];
  });
}
