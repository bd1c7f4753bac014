/** @file Errors of the server, and of the way to it, in the language of the page. */

import { type SentenceCatalogue, sentenceIn } from "@atelier/engine";
import { type Problem, ProblemError } from "@atelier/server/api";
import { useCallback } from "react";
import { useText } from "../messages/language.js";

/** A problem as answers have it; notes of what was read have no code. */
type ToldProblem = Pick<Problem, "message"> & {
  readonly sentence?: Problem["sentence"] | undefined;
};

/** What an error says to a person. */
export function useErrorText(): (error: unknown) => string {
  const { errors, common } = useText();
  return useCallback(
    (error) => {
      // What fetch throws where nobody answers.
      if (error instanceof TypeError) return common.unreachable;
      if (error instanceof ProblemError) return problemText(error.problem, errors);
      return error instanceof Error ? error.message : String(error);
    },
    [errors, common],
  );
}

/** What a problem says to a person, as jobs, files and notes have it beside an answer. */
export function useProblemText(): (problem: ToldProblem) => string {
  const { errors } = useText();
  return useCallback((problem) => problemText(problem, errors), [errors]);
}

function problemText({ sentence, message }: ToldProblem, errors: SentenceCatalogue): string {
  return sentence === undefined ? message : sentenceIn(sentence, errors);
}
