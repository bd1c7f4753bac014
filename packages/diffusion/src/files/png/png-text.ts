/**
 * @file Text in PNG files: `tEXt` (Latin-1), `zTXt` (the same, compressed) and `iTXt` (UTF-8).
 * Written as Pillow writes it, since the tools of Stable Diffusion read what Pillow wrote: `tEXt`
 * where Latin-1 can hold the text, `iTXt` where it cannot.
 */

import { AtelierError, said } from "@atelier/engine";
import { encodeChunk, readChunks } from "./png-chunks.js";
import { concatBytes, inflate } from "./zlib-stream.js";

/** No caption or workflow comes near; a compressed text beyond it is a bomb. */
const maxTextBytes = 2 ** 26;

/**
 * Makes a text chunk.
 * @throws AtelierError `data` for a keyword that is not 1 to 79 printable Latin-1 characters, or
 * a text with a zero character.
 */
export function encodeTextChunk(keyword: string, text: string): Uint8Array {
  const isKeyword = /^[!-~\u00a1-\u00ff]([ -~\u00a1-\u00ff]*[!-~\u00a1-\u00ff])?$/.test(keyword);
  if (!isKeyword || keyword.length > 79 || keyword.includes("  ")) {
    throw new AtelierError(
      "data",
      said`png: expected a keyword of 1 to 79 printable Latin-1 characters, got ${JSON.stringify(keyword)}.`,
    );
  }
  if (text.includes("\0")) {
    throw new AtelierError(
      "data",
      said`png: expected text without zero characters for ${keyword}.`,
    );
  }
  const isLatin1 = /^[\0-\xff]*$/.test(text);
  if (isLatin1) return encodeChunk("tEXt", latin1Bytes(`${keyword}\0${text}`));
  // Not compressed, no language, no translated keyword.
  const head = latin1Bytes(`${keyword}\0\0\0\0\0`);
  return encodeChunk("iTXt", concatBytes([head, new TextEncoder().encode(text)]));
}

/**
 * All texts of a PNG file by keyword; of texts with the same keyword the first counts.
 * @throws AtelierError `format` when the file is no PNG or is damaged.
 */
export async function readPngText(bytes: Uint8Array): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const { type, data } of readChunks(bytes)) {
    if (type !== "tEXt" && type !== "zTXt" && type !== "iTXt") continue;
    const [keyword, rest] = splitAtZero(type, data);
    const name = latin1Text(keyword);
    if (texts.has(name)) continue;
    texts.set(name, await decodeText(type, rest));
  }
  return texts;
}

async function decodeText(type: "tEXt" | "zTXt" | "iTXt", data: Uint8Array): Promise<string> {
  if (type === "tEXt") return latin1Text(data);
  if (type === "zTXt") return latin1Text(await inflate(data.subarray(1), maxTextBytes));
  const isCompressed = data[0] === 1;
  const [, afterLanguage] = splitAtZero(type, data.subarray(2));
  const [, text] = splitAtZero(type, afterLanguage);
  return new TextDecoder().decode(isCompressed ? await inflate(text, maxTextBytes) : text);
}

function splitAtZero(type: string, data: Uint8Array): [Uint8Array, Uint8Array] {
  const end = data.indexOf(0);
  if (end >= 0) return [data.subarray(0, end), data.subarray(end + 1)];
  throw new AtelierError(
    "format",
    said`png: expected a zero byte in a ${type} chunk, got none. The file is damaged; make it again.`,
  );
}

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Byte for code point; the `latin1` of `TextDecoder` is windows-1252. */
function latin1Text(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 4096) {
    text += String.fromCharCode(...bytes.subarray(start, start + 4096));
  }
  return text;
}
