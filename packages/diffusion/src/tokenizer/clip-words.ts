/**
 * @file Text as CLIP's tokenizer reads it before any vocabulary: normalised, then cut into words. The
 * reference is `CLIPTokenizer` of transformers 5, which is the Rust library `tokenizers` 0.23. Its regular
 * expressions and JavaScript's differ in what is white space, it knows the letters of Unicode 16 and
 * the compositions of Unicode 9, and it lowers characters one by one. (The slow CLIPTokenizer of
 * transformers 4 is another: where ftfy is installed, that rewrites quotes and what it takes for damage.)
 */

/** White space of the reference: U+0085 is, U+FEFF is not, the reverse of JavaScript's `\s`. */
export const whiteSpace = "\\t-\\r\\x85\\p{Z}";

/** Combining marks, and what composes with them, that Unicode 10 to 17 added: the reference leaves them. */
const marksNewerThanReference =
  "\\u07FD\\u0897-\\u089F\\u08CA-\\u08D3\\u09FE\\u0C3C\\u0D3B\\u0D3C\\u0EBA\\u1715\\u1ABF-\\u1ADD\\u1AE0-\\u1AEB\\u1DF6-\\u1DFA\\uA82C\\u{105D2}\\u{105DA}\\u{10D24}-\\u{10D27}\\u{10D69}-\\u{10D6D}\\u{10EAB}\\u{10EAC}\\u{10EFA}\\u{10EFB}\\u{10EFD}-\\u{10EFF}\\u{10F46}-\\u{10F50}\\u{10F82}-\\u{10F85}\\u{11070}\\u{1133B}\\u{11382}\\u{11384}\\u{1138B}\\u{11390}\\u{113B8}\\u{113BB}\\u{113C2}\\u{113C9}\\u{113CE}-\\u{113D0}\\u{1145E}\\u{11839}\\u{1183A}\\u{11930}\\u{11935}\\u{1193D}\\u{1193E}\\u{11943}\\u{119E0}\\u{11A34}\\u{11A47}\\u{11A99}\\u{11D42}\\u{11D44}\\u{11D45}\\u{11D97}\\u{11F41}\\u{11F42}\\u{1611E}-\\u{16120}\\u{16129}\\u{1612F}\\u{16D63}\\u{16D67}\\u{16FF0}\\u{16FF1}\\u{1E08F}\\u{1E130}-\\u{1E136}\\u{1E2AE}\\u{1E2EC}-\\u{1E2EF}\\u{1E4EC}-\\u{1E4EF}\\u{1E5EE}\\u{1E5EF}\\u{1E6E3}\\u{1E6E6}\\u{1E6EE}\\u{1E6EF}\\u{1E6F5}";
const composable = new RegExp(`[^${marksNewerThanReference}]+`, "gv");

/** Letters and digits that Unicode 17 added: signs to the reference. */
const newerThanReference =
  "\\u088F\\u0C5C\\u0CDC\\uA7CE\\uA7CF\\uA7D2\\uA7D4\\uA7F1\\u{10940}-\\u{10959}\\u{10EC5}-\\u{10EC7}\\u{11DB0}-\\u{11DDB}\\u{11DE0}-\\u{11DE9}\\u{16EA0}-\\u{16EB8}\\u{16EBB}-\\u{16ED3}\\u{16FF2}-\\u{16FF6}\\u{187F8}-\\u{187FF}\\u{18D09}-\\u{18D1E}\\u{18D80}-\\u{18DF2}\\u{1E6C0}-\\u{1E6DE}\\u{1E6E0}-\\u{1E6E2}\\u{1E6E4}\\u{1E6E5}\\u{1E6E7}-\\u{1E6ED}\\u{1E6F0}-\\u{1E6F4}\\u{1E6FE}\\u{1E6FF}\\u{2B73A}-\\u{2B73F}\\u{2CEA2}-\\u{2CEAD}\\u{323B0}-\\u{33479}";
const letter = `[\\p{L}--[${newerThanReference}]]`;
const digit = `[\\p{N}--[${newerThanReference}]]`;
const sign = `[^${whiteSpace}${letter}${digit}]`;
const contractions = "'s|'t|'re|'ve|'m|'ll|'d";

const spaces = new RegExp(`[${whiteSpace}]+`, "gv");
/** CLIP's pattern: contractions, runs of letters, single digits, runs of signs. */
const clipPattern = new RegExp(
  `<\\|startoftext\\|>|<\\|endoftext\\|>|${contractions}|${letter}+|${digit}|${sign}+`,
  "gv",
);
/** GPT-2's pattern, which byte-level encoding applies to each piece once more: it parts `<|endoftext|>`. */
const byteLevelPattern = new RegExp(`${contractions}|${letter}+|${digit}+|${sign}+`, "gv");

/** A word and where it begins in the text that it was found in. */
export interface FoundWord {
  readonly text: string;
  readonly start: number;
}

/** NFC, white space as single spaces, lower case character by character: Σ is σ also at a word's end. */
export function normalizeText(text: string): string {
  const composed = text.replace(composable, (run) => run.normalize("NFC")).replace(spaces, " ");
  return Array.from(composed, (character) => character.toLowerCase()).join("");
}

/** The words of a normalised text, each of which is encoded for itself. */
export function findWords(text: string): FoundWord[] {
  return [...text.matchAll(clipPattern)].flatMap(({ 0: piece, index }) =>
    [...piece.matchAll(byteLevelPattern)].map((word) => ({
      text: word[0],
      start: index + word.index,
    })),
  );
}
