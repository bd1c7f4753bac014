/**
 * @file The normalisation that a SentencePiece model brings along: a double array (Aoe 1989) from sequences of
 * bytes to their replacements, with which NFKC and what Google adds to it (`nmt_nfkc`) is compiled. It is applied as
 * in Hugging Face's tokenizers: to a grapheme of less than six bytes as a whole, else to its characters.
 */

import { AtelierError, said } from "@atelier/engine";

const bytesPerUnit = 4;
/** Graphemes of so many bytes are not looked up as a whole. */
const longGrapheme = 6;

/**
 * Makes the normalisation of a precompiled map.
 * @param path names it in messages
 * @throws AtelierError `format` for bytes that are no map, at once or where a text leads out of it.
 */
export function createCharsmap(bytes: Uint8Array, path: string): (text: string) => string {
  const { units, replacements } = parse(bytes, path);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  const unitAt = (place: number): number => {
    const unit = units[place];
    if (unit !== undefined) return unit;
    throw malformed(path, `entry ${place} of ${units.length}`);
  };
  /** What stands for a chunk, by its shortest beginning that the map has. */
  const replacementOf = (chunk: Uint8Array): string | undefined => {
    let place = offsetOf(unitAt(0));
    for (const byte of chunk) {
      if (byte === 0) return undefined;
      place ^= byte;
      const unit = unitAt(place);
      if (labelOf(unit) !== byte) return undefined;
      place ^= offsetOf(unit);
      if (!hasLeaf(unit)) continue;
      const start = unitAt(place) & 0x7fffffff;
      const end = replacements.indexOf(0, start);
      if (start >= replacements.length || end < 0) {
        throw malformed(path, `a replacement at ${start} of ${replacements.length}`);
      }
      return decoder.decode(replacements.subarray(start, end));
    }
    return undefined;
  };
  const known = new Map<string, string>();
  const normalizeGrapheme = (grapheme: string): string => {
    const whole = encoder.encode(grapheme);
    const found = whole.length < longGrapheme ? replacementOf(whole) : undefined;
    if (found !== undefined) return found;
    const characters = Array.from(grapheme);
    return characters.map((one) => replacementOf(encoder.encode(one)) ?? one).join("");
  };
  return (text) => {
    let normalized = "";
    for (const grapheme of graphemesOf(text)) {
      let own = known.get(grapheme);
      if (own === undefined) {
        own = normalizeGrapheme(grapheme);
        if (known.size < mostKnown) known.set(grapheme, own);
      }
      normalized += own;
    }
    return normalized;
  };
}

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });
/** Characters that are parted at once: the time that V8 takes grows with their square. */
const usualWindow = 256;

function* graphemesOf(text: string): Generator<string> {
  let window = usualWindow;
  for (let start = 0; start < text.length; ) {
    const found = Array.from(
      segmenter.segment(text.slice(start, start + window)),
      ({ segment }) => segment,
    );
    // The last one may go on behind the window.
    const isWhole = start + window >= text.length;
    if (!isWhole && found.length === 1) {
      window *= 2;
      continue;
    }
    for (const grapheme of isWhole ? found : found.slice(0, -1)) {
      start += grapheme.length;
      yield grapheme;
    }
    window = usualWindow;
  }
}

/** Graphemes whose normal forms are kept. */
const mostKnown = 10_000;

function parse(
  bytes: Uint8Array,
  path: string,
): { readonly units: Uint32Array; readonly replacements: Uint8Array } {
  if (bytes.length < bytesPerUnit) throw malformed(path, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(0, true);
  const isWhole = size > 0 && size % bytesPerUnit === 0 && size <= bytes.length - bytesPerUnit;
  if (!isWhole) throw malformed(path, `an array of ${size} bytes in ${bytes.length}`);
  const units = Uint32Array.from({ length: size / bytesPerUnit }, (_, i) =>
    view.getUint32(bytesPerUnit * (i + 1), true),
  );
  return { units, replacements: bytes.subarray(bytesPerUnit + size) };
}

const hasLeaf = (unit: number): boolean => ((unit >>> 8) & 1) === 1;
const labelOf = (unit: number): number => (unit & 0x800000ff) >>> 0;
const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);

function malformed(path: string, got: string): AtelierError {
  return new AtelierError(
    "format",
    said`${path}: expected a precompiled_charsmap of SentencePiece, got ${got}. Restore the file from the model's source.`,
  );
}
