/** @file What went wrong with a job, in the language of the page. */

import { type Problem, ProblemError } from "@atelier/server/api";
import { useCallback } from "react";
import { useErrorText } from "./use-error-text.js";

/** What a problem says to a person. */
export function useProblemText(): (problem: Pick<Problem, "message" | "sentence">) => string {
  const errorText = useErrorText();
  return useCallback(
    (problem) => errorText(new ProblemError({ code: "problem", ...problem }, 0)),
    [errorText],
  );
}
