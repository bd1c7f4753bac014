/**
 * @file Names for computed results: a hash over everything that went into them, so that a
 * changed picture or setting has another name and a stale result cannot be found.
 */

import { internalError } from "@atelier/engine";

/** Plain data with one meaning and one text form. */
export type Setting =
  | string
  | number
  | boolean
  | null
  | readonly Setting[]
  | { readonly [name: string]: Setting };

/** SHA-256 of bytes as 64 hexadecimal digits. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  // Sound: WebCrypto only asks that the memory is not shared between threads, and ours never is.
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The hash of settings, whatever order their fields were written in.
 * @throws AtelierError `internal` for values that have no text form (NaN, infinities, undefined).
 */
export async function settingsKey(settings: Setting): Promise<string> {
  return sha256Hex(new TextEncoder().encode(canonicalText(settings)));
}

/** JSON with the fields of every object sorted by name. */
function canonicalText(value: Setting | undefined): string {
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value))) {
    throw internalError(`settingsKey: expected plain finite data, got ${value}.`);
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalText).join(",")}]`;
  const fields = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`);
  return `{${fields.join(",")}}`;
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: Setting): value is readonly Setting[] {
  return Array.isArray(value);
}
