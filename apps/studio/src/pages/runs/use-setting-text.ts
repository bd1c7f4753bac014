/** @file Values of settings as a person reads them. */

import { useCallback } from "react";
import { useText } from "../../messages/language.js";

/** Says a value. */
export function useSettingText(): (value: unknown) => string {
  const { runs } = useText();
  const { settings: text } = runs.run;
  return useCallback(
    (value) => {
      if (value === undefined || value === null || value === "") return text.none;
      if (typeof value === "boolean") return value ? text.yes : text.no;
      if (Array.isArray(value)) return value.length === 0 ? text.none : value.map(plain).join(", ");
      return plain(value);
    },
    [text],
  );
}

const plain = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);
