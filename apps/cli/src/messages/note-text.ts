/** @file What those are told who work with the embedded base. */

import type { Some } from "@atelier/diffusion/core";

/** Parameters of each note, by its code. */
export interface NoteParams {
  /** Pixels of a side of its pictures. */
  readonly "small-base": { readonly edge: number };
  /** Of prompts. */
  readonly "unknown-words": { readonly words: readonly string[] };
  /** Of a training's prompt. */
  readonly "unknown-training-words": { readonly words: readonly string[] };
  readonly "unknown-captions": {
    readonly unread: number;
    readonly captions: number;
    readonly words: Some;
  };
}

/** A sentence for each note. */
export type NoteSentences = { readonly [C in keyof NoteParams]: (params: NoteParams[C]) => string };

/** English. */
export const noteText: NoteSentences = {
  "small-base": ({ edge }) =>
    `The base is Atelier's own: a small model for trying things, which draws ${edge}×${edge} pictures of a little world of its own. For Stable Diffusion, name it: --base <folder, .safetensors file or Hugging Face repository>.`,
  "unknown-words": ({ words }) =>
    `The embedded base has never read these words, and they say nothing to it: ${words.join(", ")}. It knows those of its own world, as in "a noto style dog next to a pizza on a green background"; for all others name Stable Diffusion with --base.`,
  "unknown-training-words": ({ words }) =>
    `The embedded base has never read these words: ${words.join(", ")}. One new word that stands for what you teach is as intended; leave out the others, or they come to mean the same.`,
  "unknown-captions": ({ unread, captions, words }) =>
    `${unread} of ${captions} captions ${unread === 1 ? "consists" : "consist"} mostly of words that the embedded base has never read, such as ${words.first.join(", ")}. They mean nothing to it, and little can be called up by them later. Describe the pictures with words of its world, as in "a sks dog on a green background", or name Stable Diffusion with --base.`,
};
