/** @file `@atelier/diffusion/tokenizer`: from text to token ids. */

export type { AddedToken } from "./added-tokens.js";
export {
  type ClipTokenizer,
  createClipTokenizer,
  type EncodedText,
  loadClipTokenizer,
  type NewToken,
  type WeightedText,
} from "./clip-tokenizer.js";
export { createT5Tokenizer, loadT5Tokenizer, type T5Tokenizer } from "./t5-tokenizer.js";
export type { TokenizerDefinition } from "./tokenizer-files.js";
