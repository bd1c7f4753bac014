/** @file Lines of a stream, none of them longer than it may be. */

/** Longer lines are no events of ours, and nobody could show them. */
const mostCharacters = 1_000_000;

/** A line, or how much of one was left out. */
export type Line = { readonly text: string } | { readonly cut: number };

/** Lines as they come; the last may lack its end. */
export async function* readLines(
  chunks: AsyncIterable<string>,
  most: number = mostCharacters,
): AsyncGenerator<Line, void, undefined> {
  let held = "";
  /** Characters of a line that is too long, so far. */
  let cut = 0;
  for await (const chunk of chunks) {
    const parts = chunk.split("\n");
    for (const [index, part] of parts.entries()) {
      if (cut > 0) cut += part.length;
      else held += part;
      if (held.length > most) [cut, held] = [held.length, ""];
      if (index === parts.length - 1) break;
      if (cut > 0) yield { cut };
      else if (held !== "") yield { text: held };
      [cut, held] = [0, ""];
    }
  }
  if (cut > 0) yield { cut };
  else if (held !== "") yield { text: held };
}
