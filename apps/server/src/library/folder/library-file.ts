/** @file Files as the library hands them out: where they lie or what is in them, their type, and what to call them. */

/** What every file has. */
interface Described {
  /** A media type that is known by the file's bytes or by a list, never one that browsers run. */
  readonly type: string;
  /** What to call it where it is saved. */
  readonly name: string;
  /** Changes with the content, where it is known: for `ETag`. */
  readonly version?: string;
}

/** A file on disk. */
export interface StoredFile extends Described {
  readonly kind: "stored";
  readonly path: string;
  readonly bytes: number;
}

/** A file that is made while it is read. */
export interface StreamedFile extends Described {
  readonly kind: "streamed";
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** A small file in memory. */
export interface HeldFile extends Described {
  readonly kind: "held";
  readonly content: Uint8Array;
}

/** Any of them. */
export type LibraryFile = StoredFile | StreamedFile | HeldFile;

/** Media types of pictures by their formats. */
export const pictureTypes = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  avif: "image/avif",
} as const;
