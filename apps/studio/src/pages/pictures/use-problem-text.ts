/** @file What is wrong with a file or a job, as the server tells it beside an answer, in the language of the page. */

import { type Problem, ProblemError } from "@atelier/server/api";
import { useCallback } from "react";
import { useErrorText } from "../../parts/use-error-text.js";

/** What a problem says to a person. */
export function useProblemText(): (problem: Problem) => string {
  const errorText = useErrorText();
  // It answered no request, and so has no status.
  return useCallback((problem) => errorText(new ProblemError(problem, 0)), [errorText]);
}
