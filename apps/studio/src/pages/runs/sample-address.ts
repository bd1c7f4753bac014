/** @file Where pictures and results of runs are. */

import { addressOf, routes } from "@atelier/server/api";

/** The address of a file in a run's folder. */
export function sampleAddress(run: string, { file }: { readonly file: string }): string {
  return addressOf(routes.runs.file, { run, "*": file });
}
