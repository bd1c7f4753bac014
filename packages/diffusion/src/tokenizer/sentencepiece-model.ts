/**
 * @file `spiece.model`: SentencePiece's ModelProto, of which a unigram tokenizer's vocabulary and normalisation are
 * read. The protobuf wire format is parsed here, within the file's own length.
 */

import { AtelierError, said } from "@atelier/engine";

/** What such a file says. */
export interface SentencePieceModel {
  /** Tokens in the order of their ids, with their log-probabilities. */
  readonly vocabulary: readonly (readonly [token: string, score: number])[];
  readonly unknownId: number;
  readonly byteFallback: boolean;
  /** Empty where nothing is normalised. */
  readonly charsmap: Uint8Array;
}

const unigramModel = 1;
/** No published vocabulary has so many tokens. */
const mostTokens = 4_000_000;

/** Parses a file. @param path names it in messages @throws AtelierError `format`. */
export function parseSentencePieceModel(bytes: Uint8Array, path: string): SentencePieceModel {
  const vocabulary: (readonly [string, number])[] = [];
  let unknownId = 0;
  let byteFallback = false;
  let modelType = unigramModel;
  let charsmap: Uint8Array = new Uint8Array();
  for (const field of fieldsOf(bytes, path)) {
    if (field.number === 1) {
      if (vocabulary.length >= mostTokens) throw malformed(path, `more than ${mostTokens} tokens`);
      vocabulary.push(parsePiece(bytesOf(field, path), path));
    } else if (field.number === 2) {
      for (const own of fieldsOf(bytesOf(field, path), path)) {
        if (own.number === 3) modelType = numberOf(own, path);
        if (own.number === 40) unknownId = numberOf(own, path);
        if (own.number === 35) byteFallback = numberOf(own, path) !== 0;
      }
    } else if (field.number === 3) {
      for (const own of fieldsOf(bytesOf(field, path), path)) {
        if (own.number === 2) charsmap = bytesOf(own, path);
      }
    }
  }
  if (modelType !== unigramModel) throw malformed(path, `a model of the type ${modelType}`);
  if (vocabulary.length === 0) throw malformed(path, "no tokens");
  return { vocabulary, unknownId, byteFallback, charsmap };
}

function parsePiece(bytes: Uint8Array, path: string): readonly [string, number] {
  let token = "";
  let score = 0;
  for (const field of fieldsOf(bytes, path)) {
    if (field.number === 1) token = textOf(bytesOf(field, path), path);
    if (field.number === 2 && field.wire === "fixed32") score = field.float;
  }
  if (!Number.isFinite(score)) throw malformed(path, `the score ${score}`);
  return [token, score];
}

type Field = { readonly number: number } & (
  | { readonly wire: "varint"; readonly value: number }
  | { readonly wire: "fixed64" }
  | { readonly wire: "bytes"; readonly bytes: Uint8Array }
  | { readonly wire: "fixed32"; readonly float: number }
);

/** The fields of a message, in its order. */
function* fieldsOf(bytes: Uint8Array, path: string): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place = 0;
  const advance = (length: number): number => {
    if (length > bytes.length - place) {
      throw malformed(path, `a field of ${length} bytes where ${bytes.length - place} are left`);
    }
    place += length;
    return place - length;
  };
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = view.getUint8(advance(1));
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw malformed(path, "a number of more than ten bytes");
  };
  while (place < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { number, wire: "varint", value: varint() };
        break;
      case 1:
        advance(8);
        yield { number, wire: "fixed64" };
        break;
      case 2: {
        const length = varint();
        const start = advance(length);
        yield { number, wire: "bytes", bytes: bytes.subarray(start, start + length) };
        break;
      }
      case 5:
        yield { number, wire: "fixed32", float: view.getFloat32(advance(4), true) };
        break;
      default:
        throw malformed(path, `a field of the wire type ${key % 8}`);
    }
  }
}

function bytesOf(field: Field, path: string): Uint8Array {
  if (field.wire === "bytes") return field.bytes;
  throw malformed(path, `field ${field.number} as ${field.wire}`);
}

function numberOf(field: Field, path: string): number {
  if (field.wire === "varint") return field.value;
  throw malformed(path, `field ${field.number} as ${field.wire}`);
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw malformed(path, "a token that is no UTF-8");
  }
}

function malformed(path: string, got: string): AtelierError {
  return new AtelierError(
    "format",
    said`${path}: expected a unigram model of SentencePiece, got ${got}. Restore the file from the model's source.`,
  );
}
