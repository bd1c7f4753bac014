/** @file In which language the page speaks: the chosen one, else the browser's. */

import { sayOptions } from "@atelier/diffusion/core";
import { sentenceIn } from "@atelier/engine";
import { createContext, useContext } from "react";
import { korean } from "../messages/korean.js";
import { english, type Messages } from "../messages/messages.js";
import type { Problem } from "../worker/protocol.js";

/** A language of the page. */
export type Language = "en" | "ko";

export const catalogues: Readonly<Record<Language, Messages>> = { en: english, ko: korean };

const storageKey = "atelier-language";

/** What was chosen before, or what the browser speaks. */
export function firstLanguage(): Language {
  const chosen = localStorage.getItem(storageKey) ?? navigator.language;
  return chosen.startsWith("ko") ? "ko" : "en";
}

/** Keeps a choice for the next visit. */
export function keepLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
}

export const TextContext = createContext<Messages>(english);

/** All texts in the language of the page. */
export const useText = (): Messages => useContext(TextContext);

/** What a problem says to a person. */
export function problemText({ sentence, message }: Problem, { errors }: Messages): string {
  const said = sentence === undefined ? message : sentenceIn(sentence, errors);
  return withOptions(said);
}

/** Settings are called as the library calls them. */
export const withOptions = (sentence: string): string =>
  sayOptions(sentence, (name, value) => (value === undefined ? name : `${name} ${value}`));
