/** @file In which language the Studio speaks: the chosen one, else the browser's. */

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { english, type Messages } from "./catalogue.js";
import { korean } from "./ko/korean.js";

/** A language of the Studio. */
export type Language = "en" | "ko";

const catalogues: Readonly<Record<Language, Messages>> = { en: english, ko: korean };
const storageKey = "atelier-language";

interface LanguageState {
  readonly language: Language;
  readonly text: Messages;
  readonly choose: (language: Language) => void;
}

const Context = createContext<LanguageState | undefined>(undefined);

/** Gives a language to what is inside. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const state = useMemo<LanguageState>(
    () => ({
      language,
      text: catalogues[language],
      choose(chosen) {
        localStorage.setItem(storageKey, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <Context value={state}>{children}</Context>;
}

/** The language, and how to choose another. */
export function useLanguage(): LanguageState {
  const state = useContext(Context);
  if (state === undefined) throw new Error("internal: no language is provided here.");
  return state;
}

/** All texts in the language of the page. */
export function useText(): Messages {
  return useLanguage().text;
}

function firstLanguage(): Language {
  const chosen = localStorage.getItem(storageKey) ?? navigator.language;
  return chosen.startsWith("ko") ? "ko" : "en";
}
