/** @file Options that experiments share which are done in sittings. */

import { AtelierError, said } from "@atelier/engine";

/** `1/2` as the first of two. @throws AtelierError `config`. */
export function partOf(value: string): [part: number, parts: number] {
  const [part = 0, parts = 0] = value.split("/").map(Number);
  if (Number.isInteger(part) && Number.isInteger(parts) && part >= 1 && part <= parts) {
    return [part, parts];
  }
  throw new AtelierError("config", said`--part: expected I/N, such as 1/2, got "${value}".`);
}

/** The value of an option. @throws AtelierError `config`. */
export function positive(name: string, value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new AtelierError("config", said`--${name}: expected a number above 0, got "${value}".`);
}
