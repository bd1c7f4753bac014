/** @file The tensors of a fixture, with an account of which were read, so that none is passed over in silence. */

import type { SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import type { FixtureCheck } from "./fixture-check.js";

/** An open fixture's tensors. */
export interface TrackedTensors {
  readonly tensors: SafetensorsFile;
  /** Whether the fixture holds a tensor. */
  has(name: string): boolean;
  /** Tensors that nobody has read so far. */
  unread(): string[];
}

/** Keeps account of what is read from a file. */
export function trackTensors(file: SafetensorsFile): TrackedTensors {
  const read = new Set<string>();
  return {
    tensors: {
      ...file,
      read(name) {
        read.add(name);
        return file.read(name);
      },
      readFloat32(name) {
        read.add(name);
        return file.readFloat32(name);
      },
    },
    has: (name) => file.entries.has(name),
    unread: () => [...file.entries.keys()].filter((name) => !read.has(name)),
  };
}

/** Names what no check has read, if there is anything. */
export function* unreadCheck(
  label: string,
  { unread }: Pick<TrackedTensors, "unread">,
): Generator<FixtureCheck> {
  const names = unread();
  if (names.length === 0) return;
  const shown = names.slice(0, 8).join(", ");
  const more = names.length > 8 ? `, … (${names.length})` : "";
  yield { status: "skip", name: `${label} tensors`, detail: `no check reads ${shown}${more}` };
}
