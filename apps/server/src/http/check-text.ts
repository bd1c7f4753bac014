/** @file Texts of requests: what no database and no file system can hold is refused where it comes in. */

import { said } from "@atelier/engine";
import { refused } from "../api/refusal.js";

/** Texts without NUL and halves of characters. @throws AtelierError, a refusal */
export function checkText(text: string): void {
  if (/[\0\p{Surrogate}]/u.test(text)) {
    throw refused(
      "bad-input",
      said`text: expected characters, got a NUL or half a character. Take it out.`,
    );
  }
}
