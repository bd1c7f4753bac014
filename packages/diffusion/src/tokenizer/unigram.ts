/**
 * @file The unigram language model of SentencePiece (Kudo 2018, arXiv 1804.10959): a piece of text is cut into the
 * tokens whose log-probabilities have the largest sum, found by Viterbi's algorithm. What no token covers counts
 * ten less than the least likely one, and becomes bytes or the unknown token, as in Hugging Face's tokenizers.
 */

import type { UnigramDefinition } from "./t5-files.js";

/** Below the least score, for a character that no token covers. */
const unknownPenalty = 10;

interface Node {
  /** Of the token that ends here. */
  id: number | undefined;
  readonly next: Map<string, Node>;
}

/** Ids of a piece of text without spaces, the replacements of which it holds already. */
export type UnigramEncoder = (piece: string) => readonly number[];

/** Makes the model of a vocabulary. */
export function createUnigram({
  vocabulary,
  unknownId,
  byteFallback,
}: Pick<UnigramDefinition, "vocabulary" | "unknownId" | "byteFallback">): UnigramEncoder {
  const root: Node = { id: undefined, next: new Map() };
  const ids = new Map<string, number>();
  let least = Number.POSITIVE_INFINITY;
  for (const [id, [token, score]] of vocabulary.entries()) {
    ids.set(token, id);
    least = Math.min(least, score);
    let node = root;
    for (const character of token) {
      const next: Node = node.next.get(character) ?? { id: undefined, next: new Map() };
      node.next.set(character, next);
      node = next;
    }
    node.id = id;
  }
  const scoreOf = (id: number): number => vocabulary[id]?.[1] ?? least;
  const byteIds = byteFallback ? byteTokens(ids) : [];
  const encoder = new TextEncoder();
  const idsOfUnknown = (text: string): readonly number[] => {
    const own = ids.get(text);
    if (own !== undefined) return [own];
    const bytes = Array.from(encoder.encode(text), (byte) => byteIds[byte]);
    const whole = bytes.filter((id) => id !== undefined);
    return whole.length === bytes.length ? whole : [unknownId];
  };

  return (piece) => {
    const characters = Array.from(piece);
    const found: number[] = [];
    let unknown = "";
    const endUnknown = (): void => {
      if (unknown !== "") found.push(...idsOfUnknown(unknown));
      unknown = "";
    };
    for (const { from, to, id } of bestPath(characters)) {
      if (id === unknownId) {
        unknown += characters.slice(from, to).join("");
        continue;
      }
      endUnknown();
      found.push(id);
    }
    endUnknown();
    return found;
  };

  /** The steps of the best path, from the first character to the last. */
  function bestPath(characters: readonly string[]): Step[] {
    const best: (Step & { readonly score: number })[] = [];
    const offer = (from: number, to: number, { id, score }: { id: number; score: number }) => {
      const sum = score + (from === 0 ? 0 : (best[from]?.score ?? 0));
      if (best[to] === undefined || sum > best[to].score) best[to] = { from, to, id, score: sum };
    };
    for (let from = 0; from < characters.length; from++) {
      let node: Node | undefined = root;
      let isCovered = false;
      for (let to = from; to < characters.length; ) {
        node = node.next.get(characters[to] ?? "");
        if (node === undefined) break;
        to++;
        if (node.id === undefined) continue;
        offer(from, to, { id: node.id, score: scoreOf(node.id) });
        if (to === from + 1) isCovered = true;
      }
      if (!isCovered) offer(from, from + 1, { id: unknownId, score: least - unknownPenalty });
    }
    const steps: Step[] = [];
    for (let end = characters.length; end > 0; ) {
      const step = best[end];
      if (step === undefined) break;
      steps.push(step);
      end = step.from;
    }
    return steps.reverse();
  }
}

interface Step {
  readonly from: number;
  readonly to: number;
  readonly id: number;
}

/** Ids of `<0x00>` … `<0xFF>`, as far as the vocabulary has them. */
function byteTokens(ids: ReadonlyMap<string, number>): readonly (number | undefined)[] {
  return Array.from({ length: 256 }, (_, byte) =>
    ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`),
  );
}
