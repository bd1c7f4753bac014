/** @file Warnings of the library in the language of the page. */

import {
  sayOptions,
  sentenceOf,
  type Warning,
  type WarningSentences,
} from "@atelier/diffusion/core";
import { useCallback } from "react";
import { useText } from "../messages/language.js";

/** A warning as it travels: its code, what stands in its sentence, and the sentence in English. */
export interface ToldWarning {
  readonly code: string;
  readonly message: string;
  readonly params?: unknown;
}

/** What a warning says to a person. */
export function useWarningText(): (warning: ToldWarning) => string {
  const { warnings } = useText();
  return useCallback((warning) => warningText(warning, warnings), [warnings]);
}

/** The sentence in a language; in English where this page does not know the warning. */
export function warningText(warning: ToldWarning, sentences: WarningSentences): string {
  const known = isKnown(warning, sentences) ? sentenceOf(warning, sentences) : warning.message;
  return sayOptions(known, (name, value) => (value === undefined ? name : `${name} ${value}`));
}

/** The server is of the same version as its page: what it says under a code has that code's parameters. */
function isKnown(
  warning: ToldWarning,
  sentences: WarningSentences,
): warning is ToldWarning & Warning {
  return (
    Object.hasOwn(sentences, warning.code) &&
    typeof warning.params === "object" &&
    warning.params !== null
  );
}
