/** @file Errors of the server, and of the way to it, in the language of the page. */

import { type Sentence, type SentenceParam, sentenceIn } from "@atelier/engine";
import { ProblemError } from "@atelier/server/api";
import { useCallback } from "react";
import { useText } from "../messages/language.js";

/** What an error says to a person. */
export function useErrorText(): (error: unknown) => string {
  const { errors, common } = useText();
  return useCallback(
    (error) => {
      // What fetch throws where nobody answers.
      if (error instanceof TypeError) return common.unreachable;
      if (!(error instanceof ProblemError)) {
        return error instanceof Error ? error.message : String(error);
      }
      const { sentence, message } = error.problem;
      return sentence === undefined ? message : sentenceIn(asSentence(sentence), errors);
    },
    [errors, common],
  );
}

/** A sentence as the engine has it; parameters of parameters travel unchecked and are checked here. */
function asSentence({ template, params }: { template: string; params: unknown[] }): Sentence {
  return { template, params: params.map(asParam) };
}

function asParam(param: unknown): SentenceParam {
  if (typeof param === "string" || typeof param === "number" || typeof param === "boolean") {
    return param;
  }
  if (typeof param === "object" && param !== null && "template" in param && "params" in param) {
    const { template, params } = param;
    if (typeof template === "string" && Array.isArray(params))
      return asSentence({ template, params });
  }
  return String(param);
}
