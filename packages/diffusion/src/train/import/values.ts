/**
 * @file Values as other trainers write them: numbers and flags that are texts in Python's spelling, and
 * the many ways to say "off".
 */

/** Options by name, as a file or a command line has them. */
export type Settings = Readonly<Record<string, unknown>>;

/** A plain object that can be written to, or `undefined`. */
export function asSettings(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  // A plain object with names of its own; values stay unknown.
  return value as Record<string, unknown>;
}

/** A list, also where one value stands alone. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** A number, also where it is written as a text. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === "boolean" || value === null) return undefined;
  if (typeof value === "string" && value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** A value as a text; what is no text as JSON. */
export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : JSON.stringify(value);
}

/** A whole number. */
export function asWhole(value: unknown): number | undefined {
  const number = asNumber(value);
  return number !== undefined && Number.isInteger(number) ? number : undefined;
}

/** A flag, also in Python's spelling. */
export function asFlag(value: unknown): boolean | undefined {
  const text = asText(value).toLowerCase();
  if (text === "true" || text === "1") return true;
  return isOff(value) ? false : undefined;
}

/** Whether a value switches its option off: false, 0, none, empty. */
export function isOff(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object") return Object.keys(value).length === 0;
  return /^(false|none|null|)$/i.test(asText(value).trim()) || asNumber(value) === 0;
}
