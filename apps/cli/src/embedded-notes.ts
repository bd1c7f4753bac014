/** @file What is said to those who work with the embedded base: how small it is, which words it lacks. */

import { isMostlyUnknown, pictureSize, unknownWords } from "@atelier/base";
import type { ReadPrompt } from "@atelier/diffusion/pipeline";
import { type GivenConfig, listCaptions } from "@atelier/diffusion/train";
import { AtelierError, type FileStore } from "@atelier/engine";
import { type CliContext, printJson } from "./cli-context.js";
import { wholeWord } from "./embedding-use.js";
import type { Messages } from "./messages/messages.js";
import type { Progress } from "./progress.js";

/** Examples of unknown words that a note of captions shows. */
const shownWords = 8;

/** Something that the user should know; no fault. A line on a screen, a JSON line for programs. */
export interface Note {
  readonly type: "note";
  readonly kind: "small-base" | "unknown-words" | "unknown-captions";
  readonly message: string;
  /** The words meant. */
  readonly words?: readonly string[];
}

/** What to say before a training on the embedded base. */
export async function trainingNotes(
  files: FileStore,
  { data, embedding }: GivenConfig,
  { base: text }: Messages,
): Promise<Note[]> {
  const small: Note = { type: "note", kind: "small-base", message: text.small(pictureSize) };
  const notes = [small];
  const taught = new Set(unknownWords(embedding?.token ?? ""));
  const words = unknownWords(data.prompt ?? "").filter((word) => !taught.has(word));
  // A single one is the word that is being taught.
  if (words.length > 1) {
    const message = text.unknownInTraining(words.join(", "));
    notes.push({ type: "note", kind: "unknown-words", message, words });
  }
  // A word with a kind is trained on templates, whatever the captions say.
  const captions = embedding?.kind === undefined ? await captionsOf(files, data) : [];
  const unread = captions.filter(
    (caption) => caption !== data.prompt && isMostlyUnknown(caption, taught),
  );
  if (unread.length > 0) {
    const examples = unknownWords(unread.join(" ")).filter((word) => !taught.has(word));
    const shown = examples.slice(0, shownWords).join(", ");
    const message = text.unknownCaptions(unread.length, captions.length, shown);
    notes.push({ type: "note", kind: "unknown-captions", message, words: examples });
  }
  return notes;
}

async function captionsOf(files: FileStore, data: GivenConfig["data"]): Promise<string[]> {
  try {
    return await listCaptions(files, data);
  } catch (error) {
    // The training says what is wrong with the folder, with all that it finds.
    if (error instanceof AtelierError) return [];
    throw error;
  }
}

/** What to say before prompts are drawn by the embedded base. */
export function promptNotes(
  prompts: readonly ReadPrompt[],
  { adapters, embeddings }: WordSources,
  { base: text }: Messages,
): Note[] {
  const learned = new Set(adapters.flatMap(learnedWords));
  const parts = prompts.flatMap(({ chunks }) => chunks.flat().map((part) => part.text));
  const words = unknownWords(without(parts.join(" "), embeddings)).filter(
    (word) => !learned.has(word),
  );
  if (words.length === 0) return [];
  const message = text.unknownInPrompt(words.join(", "));
  return [{ type: "note", kind: "unknown-words", message, words }];
}

/** What supplies words beside the base. */
export interface WordSources {
  /** Metadata of the adapters in use. */
  readonly adapters: readonly ReadonlyMap<string, string>[];
  /** Words of the embeddings in use. */
  readonly embeddings: readonly string[];
}

/** A text without these words, which may hold others: `my-cat-500`. */
function without(text: string, words: readonly string[]): string {
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((rest, word) => rest.replace(wholeWord(word), " "), text);
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
