/** @file What an error says, in the words of the user's language. */

import { AtelierError, messageOf, sentenceIn } from "@atelier/engine";
import type { Messages } from "./messages/messages.js";

/** Its sentence; of what is no error of ours, the message. */
export function errorWords(error: unknown, { errors }: Pick<Messages, "errors">): string {
  return error instanceof AtelierError ? sentenceIn(error.sentence, errors) : messageOf(error);
}
