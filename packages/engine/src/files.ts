/**
 * @file Files as the rest of Atelier sees them, so that only adapters touch a file system.
 * Writes are atomic: a reader sees the old file or the whole new one, never a part.
 */

/** A file opened for reading at any offset. */
export interface ReadableFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Reads exactly `length` bytes from `offset`. @throws AtelierError `file` when the file ends before. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * SHA-256 of such a part as 64 hexadecimal digits, read piece by piece: less work and memory than reading it first.
   * @throws AtelierError `file` likewise.
   */
  sha256(offset: number, length: number): Promise<string>;
  close(): Promise<void>;
}

/** An entry of a folder. */
export interface FileEntry {
  readonly name: string;
  readonly kind: "file" | "folder";
  readonly sizeBytes: number;
  /** When it was last changed, in milliseconds since 1970, where the store knows. */
  readonly modifiedMs?: number;
}

/** Reads and atomically writes files below any path that the user names. */
export interface FileStore {
  /** @throws AtelierError `file` when the path is missing, unreadable or no regular file. */
  open(path: string): Promise<ReadableFile>;
  /** What stands at a path, or `undefined` where nothing does. */
  stat(path: string): Promise<FileEntry | undefined>;
  /** Entries of a folder, sorted by name (code units). @throws AtelierError `file`. */
  list(path: string): Promise<FileEntry[]>;
  /** Writes a whole file through a temporary name, making its folder; returns its size in bytes. */
  write(path: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<number>;
  /** Appends to a log file, creating it and its folder. */
  append(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Joins and normalises path segments in the platform's way. */
  join(...segments: string[]): string;
}
