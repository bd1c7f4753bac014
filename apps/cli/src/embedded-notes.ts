/** @file What is said to those who work with the embedded base: how small it is, which words it lacks. */

import { isMostlyUnknown, pictureSize, unknownWords } from "@atelier/base/embedded";
import { some } from "@atelier/diffusion/core";
import type { ReadPrompt } from "@atelier/diffusion/pipeline";
import { type GivenConfig, listCaptions } from "@atelier/diffusion/train-config";
import { AtelierError, type FileStore } from "@atelier/engine";
import { type CliContext, printJson } from "./cli-context.js";
import type { NoteParams, NoteSentences } from "./messages/note-text.js";
import type { Progress } from "./progress.js";
import { wholeWord } from "./whole-word.js";

/** Examples of unknown words that a note of captions shows. */
const shownWords = 8;

/** Something that the user should know; no fault. A line on a screen, a JSON line for programs. */
export type Note<C extends keyof NoteParams = keyof NoteParams> = {
  readonly [K in C]: { readonly type: "note"; readonly code: K; readonly params: NoteParams[K] };
}[C];

function note<C extends keyof NoteParams>(code: C, params: NoteParams[C]): Note<C> {
  return { type: "note", code, params };
}

/** What to say before a training on the embedded base. */
export async function trainingNotes(
  files: FileStore,
  { data, embedding }: GivenConfig,
): Promise<Note[]> {
  const notes: Note[] = [note("small-base", { edge: pictureSize })];
  const taught = new Set(unknownWords(embedding?.token ?? ""));
  const words = unknownWords(data.prompt ?? "").filter((word) => !taught.has(word));
  // A single one is the word that is being taught.
  if (words.length > 1) notes.push(note("unknown-training-words", { words }));
  // A word with a kind is trained on templates, whatever the captions say.
  const captions = embedding?.kind === undefined ? await captionsOf(files, data) : [];
  const unread = captions.filter(
    (caption) => caption !== data.prompt && isMostlyUnknown(caption, taught),
  );
  if (unread.length > 0) {
    const examples = unknownWords(unread.join(" ")).filter((word) => !taught.has(word));
    const counts = { unread: unread.length, captions: captions.length };
    notes.push(note("unknown-captions", { ...counts, words: some(examples, shownWords) }));
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
): Note[] {
  const learned = new Set(adapters.flatMap(learnedWords));
  const parts = prompts.flatMap(({ chunks }) => chunks.flat().map((part) => part.text));
  const words = unknownWords(without(parts.join(" "), embeddings)).filter(
    (word) => !learned.has(word),
  );
  return words.length === 0 ? [] : [note("unknown-words", { words })];
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

function sentenceOf<C extends keyof NoteParams>(
  { code, params }: Note<C>,
  sentences: NoteSentences,
): string {
  return sentences[code](params);
}

/** Shows notes as lines that stay, or as JSON. */
export function showNotes(
  context: CliContext,
  notes: readonly Note[],
  { json, progress }: { readonly json: boolean; readonly progress: Progress },
): void {
  for (const each of notes) {
    const message = sentenceOf(each, context.text.notes);
    if (json) printJson(context, { ...each, message });
    else progress.warn(message);
  }
}
