/** @file What is said to those who work with the embedded base: how small it is, which words it lacks. */

import { pictureSize, unknownWords } from "@atelier/base";
import type { TrainConfig } from "@atelier/diffusion";
import { type CliContext, printJson } from "./cli-context.js";
import type { Messages } from "./messages/messages.js";
import type { Progress } from "./progress.js";

/** Something that the user should know; no fault. A line on a screen, a JSON line for programs. */
export interface Note {
  readonly type: "note";
  readonly kind: "small-base" | "unknown-words";
  readonly message: string;
  /** Of `unknown-words`. */
  readonly words?: readonly string[];
}

/** What to say before a training on the embedded base. */
export function trainingNotes({ data }: TrainConfig, { base: text }: Messages): Note[] {
  const small: Note = { type: "note", kind: "small-base", message: text.small(pictureSize) };
  const words = unknownWords(data.prompt ?? "");
  // A single one is the word that is being taught.
  if (words.length < 2) return [small];
  const message = text.unknownInTraining(words.join(", "));
  return [small, { type: "note", kind: "unknown-words", message, words }];
}

/**
 * What to say before prompts are drawn by the embedded base.
 * @param adapters metadata of the adapters in use, whose words are known to them
 */
export function promptNotes(
  prompts: readonly string[],
  adapters: readonly ReadonlyMap<string, string>[],
  { base: text }: Messages,
): Note[] {
  const learned = new Set(adapters.flatMap(learnedWords));
  const words = unknownWords(prompts.join(" ")).filter((word) => !learned.has(word));
  if (words.length === 0) return [];
  const message = text.unknownInPrompt(words.join(", "));
  return [{ type: "note", kind: "unknown-words", message, words }];
}

/** Words of the captions that an adapter was trained on, and of its trigger. */
function learnedWords(metadata: ReadonlyMap<string, string>): string[] {
  const keys = ["modelspec.trigger_phrase", "ss_tag_frequency", "ss_training_comment"];
  return keys.flatMap((key) => unknownWords(metadata.get(key) ?? ""));
}

/** Shows notes as lines that stay, or as JSON. */
export function showNotes(
  context: CliContext,
  notes: readonly Note[],
  { json, progress }: { readonly json: boolean; readonly progress: Progress },
): void {
  for (const note of notes) {
    if (json) printJson(context, note);
    else progress.warn(note.message);
  }
}
