/** @file A 3×5 pixel font for labels, so that a label is the same on machines without fonts. */

/** Width and height of a character in pixels. */
export const glyphSize = { width: 3, height: 5 } as const;

/** Five rows of three pixels each, as octal digits: 4 is the left pixel, 1 the right one. */
const glyphs: Readonly<Record<string, string>> = {
  ...{ "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711" },
  ...{ "5": "74717", "6": "74757", "7": "71122", "8": "75757", "9": "75717" },
  ...{ A: "25755", B: "65656", C: "34443", D: "65556", E: "74647", F: "74644" },
  ...{ G: "34553", H: "55755", I: "72227", J: "11152", K: "55655", L: "44447" },
  ...{ M: "57755", N: "65555", O: "25552", P: "65644", Q: "25573", R: "65655" },
  ...{ S: "34216", T: "72222", U: "55557", V: "55552", W: "55775", X: "55255" },
  ...{ Y: "55222", Z: "71247", " ": "00000", ".": "00002", ",": "00024" },
  ...{ ":": "02020", "-": "00700", "+": "02720", "=": "07070", "/": "11244" },
  ...{ "(": "24442", ")": "21112", "%": "51245", _: "00007", "<": "12421" },
  ...{ ">": "42124", "'": "22000", "!": "22202", "#": "57575", "*": "52500" },
};
const unknownGlyph = "71202";

/**
 * Rows of a character, each three booleans from left to right; letters are drawn as capitals, and
 * characters the font does not know as a question mark.
 */
export function glyphRows(character: string): boolean[][] {
  const rows = glyphs[character.toUpperCase()] ?? unknownGlyph;
  return Array.from(rows, (row) => [4, 2, 1].map((bit) => (Number(row) & bit) !== 0));
}
