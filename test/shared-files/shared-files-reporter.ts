/**
 * @file The last line of a test run: how many tests were skipped because `../shared` is absent. It holds
 * oracles that are too large for the repository (other programs' lists of names, fixtures, photographs).
 */

import type { Reporter, TestModule } from "vitest/node";

/** The tag of tests that read `../shared`; `vitest.config.ts` skips them where it is absent. */
export const sharedTag = "shared";

/** Stands after the reporter that prints results. */
export function sharedFilesReporter(print: (line: string) => void = console.log): Reporter {
  return {
    onTestRunEnd(modules) {
      print(summarize(modules));
    },
  };
}

function summarize(modules: readonly TestModule[]): string {
  const tests = modules
    .flatMap((module) => [...module.children.allTests()])
    .filter((test) => test.tags.includes(sharedTag));
  const skipped = tests.filter((test) => test.result().state === "skipped").length;
  if (skipped === 0)
    return `../shared: none of the ${tests.length} tests that need it was skipped.`;
  return `../shared: ${skipped} of the ${tests.length} tests that need it were skipped, because it is absent.`;
}
