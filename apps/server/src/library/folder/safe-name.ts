/**
 * @file Names of files and folders that the library makes: those that every system can store, in one spelling, so that
 * a library can be copied from one machine to another.
 */

import { said } from "@atelier/engine";
import { itemName } from "../../api/values.js";
import { libraryError } from "./library-error.js";

/** Names that Windows keeps for devices, whatever ending they have. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;

/** File systems count bytes; some are left for endings such as `-2` and those of temporary files. */
const mostBytes = 200;

/** One spelling of letters that can be written in several: `가` as one letter. */
const normal = (name: string): string => name.normalize("NFC");

/** Equal for names that some file systems hold for the same. */
export function nameKey(name: string): string {
  return normal(name).toLowerCase();
}

/**
 * A name for something new in the library.
 * @throws AtelierError `file`, refused, for names that are none on some system.
 */
export function newName(name: string): string {
  const whole = normal(name);
  const { success } = itemName.safeParse(whole);
  if (success && !deviceName.test(whole) && Buffer.byteLength(whole) <= mostBytes) return whole;
  throw libraryError(
    "refused",
    said`${JSON.stringify(name.slice(0, 200))}: expected a name that every system can store, got another. Choose a simple name of at most ${mostBytes} bytes.`,
  );
}

/**
 * The name under which a file of foreign origin is kept: without folders, without what some system refuses, not
 * hidden, not too long; `fallback` where nothing is left.
 */
export function cleanFileName(name: string, fallback = "file"): string {
  const last = normal(name).split(/[\\/]/).at(-1) ?? "";
  const dot = last.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [last.slice(0, dot), last.slice(dot)] : [last, ""];
  const cleanEnding = clean(ending).slice(0, 20);
  const room = mostBytes - Buffer.byteLength(cleanEnding);
  const cleanStem = shortened(clean(stem).replace(/^[. -]+|[. ]+$/g, ""), room);
  const whole = `${cleanStem === "" ? fallback : cleanStem}${cleanEnding}`.replace(/[. ]+$/, "");
  return deviceName.test(whole) ? `_${whole}` : whole;
}

/** A name that {@link itemName} takes, made of any. */
export function cleanItemName(name: string, fallback: string): string {
  const cleaned = cleanFileName(name, fallback);
  const kept = Array.from(cleaned, (letter) =>
    itemName.safeParse(`a${letter}a`).success ? letter : "_",
  );
  const whole = kept.join("").replace(/^[^\p{L}\p{N}_(]+/u, "");
  const limited = Array.from(whole)
    .slice(0, 100)
    .join("")
    .replace(/[ .]+$/, "");
  return itemName.safeParse(limited).success ? limited : fallback;
}

/** A name with a number: `cat-2.png`. */
export function numbered(name: string, number: number): string {
  if (number === 1) return name;
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)}-${number}${name.slice(dot)}` : `${name}-${number}`;
}

/** Control characters and what Windows refuses. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}<>:"|?*\\/]/gu, "_");
}

/** As many whole letters as have room. */
function shortened(text: string, bytes: number): string {
  let [kept, size] = ["", 0];
  for (const letter of text) {
    size += Buffer.byteLength(letter);
    if (size > bytes) break;
    kept += letter;
  }
  return kept;
}
