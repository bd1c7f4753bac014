/**
 * @file The header of a safetensors file, read as if its author meant harm: every name, number
 * and offset is checked before a byte of data is trusted. A file passes only when its tensors
 * fill the data without a gap or an overlap, as the official reader demands.
 */

import {
  AtelierError,
  errorSentence,
  formatShape,
  type Sentence,
  type Shape,
  said,
} from "@atelier/engine";
import {
  parseSafetensorsDType,
  type SafetensorsDType,
  safetensorsDTypes,
} from "../../core/safetensors-dtype.js";
import { readStrictJson, type StrictJsonReader } from "./strict-json.js";

/** The official reader's limit; real headers stay under one megabyte. */
export const MAX_HEADER_BYTES = 100_000_000;

/** What a header says of one tensor; offsets count from the end of the header. */
export interface HeaderEntry {
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

/** A header whose every claim has been checked. */
export interface SafetensorsHeader {
  /** Metadata in the order of the file; empty when there is none. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Tensors in the order of the header. */
  readonly entries: ReadonlyMap<string, HeaderEntry>;
}

/**
 * Parses and checks the JSON of a header.
 * @param where names the file in messages
 * @param dataBytes how many bytes follow the header in the file
 * @throws AtelierError `format` on the first claim that does not hold.
 */
export function parseHeader(where: string, json: Uint8Array, dataBytes: number): SafetensorsHeader {
  try {
    const header = parse(readStrictJson(new TextDecoder("utf-8", { fatal: true }).decode(json)));
    checkLayout(header.entries, dataBytes);
    return header;
  } catch (error) {
    throw new AtelierError(
      "format",
      said`${where}: ${errorSentence(error)} in the header. The file is damaged, cut off or no safetensors file; copy or download it again.`,
      { cause: error },
    );
  }
}

/** The number of bytes that a tensor takes, or `undefined` where it is no whole or safe number. */
export function byteLengthOf(dtype: SafetensorsDType, shape: Shape): number | undefined {
  let bits: number = safetensorsDTypes[dtype].bits;
  for (const extent of shape) {
    bits *= extent;
    if (!Number.isSafeInteger(bits)) return undefined;
  }
  return bits % 8 === 0 ? bits / 8 : undefined;
}

const problem = (sentence: Sentence): AtelierError => new AtelierError("format", sentence);

function parse(reader: StrictJsonReader): SafetensorsHeader {
  const metadata = new Map<string, string>();
  const entries = new Map<string, HeaderEntry>();
  reader.object((name) => {
    checkName(name);
    if (name !== "__metadata__") {
      entries.set(name, parseEntry(name, reader));
      return;
    }
    reader.object((key) => {
      checkName(key);
      metadata.set(key, reader.string());
    });
  });
  reader.end();
  return { metadata, entries };
}

/** Refuses the one name that would change an object's prototype when used as a key. */
function checkName(name: string): void {
  if (name === "__proto__") throw problem(said`expected an honest name, got "__proto__"`);
}

function parseEntry(name: string, reader: StrictJsonReader): HeaderEntry {
  let typeName: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  const integers = () => {
    const values: number[] = [];
    reader.array(() => values.push(reader.integer()));
    return values;
  };
  reader.object((key) => {
    if (key === "dtype") typeName = reader.string();
    else if (key === "shape") shape = integers();
    else if (key === "data_offsets") offsets = integers();
    else throw problem(said`expected dtype, shape or data_offsets in "${name}", got "${key}"`);
  });
  if (typeName === undefined || shape === undefined || offsets === undefined) {
    throw problem(said`expected dtype, shape and data_offsets in "${name}", got fewer`);
  }
  const dtype = parseSafetensorsDType(typeName);
  if (dtype === undefined) {
    throw problem(said`expected a known dtype of "${name}", got "${typeName}"`);
  }
  const [begin, end, ...rest] = offsets;
  if (begin === undefined || end === undefined || rest.length > 0) {
    throw problem(said`expected two data_offsets in "${name}", got ${offsets.length}`);
  }
  return { dtype, shape, begin, end };
}

function checkLayout(entries: ReadonlyMap<string, HeaderEntry>, dataBytes: number): void {
  const inFileOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const [name, entry] of inFileOrder) {
    if (entry.begin !== end) {
      const fault = entry.begin < end ? said`an overlap` : said`a gap`;
      throw problem(said`expected "${name}" to begin at byte ${end}, got ${entry.begin}: ${fault}`);
    }
    const expected = byteLengthOf(entry.dtype, entry.shape);
    if (entry.end - entry.begin !== expected) {
      throw problem(
        said`expected ${expected ?? said`a whole number of`} bytes for "${name}" (${entry.dtype} ${formatShape(entry.shape)}), got ${entry.end - entry.begin}`,
      );
    }
    end = entry.end;
  }
  if (end !== dataBytes) {
    throw problem(said`expected ${end} bytes of data, got ${dataBytes}`);
  }
}
