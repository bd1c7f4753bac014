/**
 * @file Forms with files (multipart/form-data, RFC 7578), part by part as they arrive: no more of them than one chunk
 * is ever in memory, so that a data set of any size can be sent.
 */

import { said } from "@atelier/engine";
import { refused } from "../api/refusal.js";
import type { FormFile } from "../api/route.js";
import { checkText } from "./check-text.js";

const mostParts = 50_000;
const mostHeaderBytes = 16_384;

/** The line between parts, as a content type names it; none where it is no form's. */
export function boundaryOf(contentType: string): string | undefined {
  const match =
    /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(
      contentType,
    );
  return match?.[1] ?? match?.[2];
}

/**
 * The parts of a form, one after another. What of a part is not read is skipped when the next is asked for.
 * @throws AtelierError, a refusal, where it is none, breaks off, or has too many parts
 */
export async function* formFiles(
  chunks: AsyncGenerator<Uint8Array, void>,
  boundary: string,
): AsyncGenerator<FormFile> {
  const form = openForm(chunks, Buffer.from(`\r\n--${boundary}`));
  try {
    // Whatever stands before the first line is nobody's.
    await form.skipPart();
    for (let parts = 1; await form.hasPart(); parts += 1) {
      if (parts > mostParts) {
        throw refused("too-large", said`form: expected at most ${mostParts} parts, got more.`);
      }
      yield { ...namesOf(await form.header()), bytes: form.part() };
      await form.skipPart();
    }
  } finally {
    await chunks.return(undefined);
  }
}

/** A form that is read from front to back; `held` is what has arrived and was not read yet. */
function openForm(chunks: AsyncGenerator<Uint8Array, void>, line: Buffer) {
  // The first line has no break before it.
  let held = Buffer.from("\r\n");
  let isInPart = true;

  const more = async (): Promise<void> => {
    const { done, value } = await chunks.next();
    if (done === true) {
      throw refused("bad-input", said`form: expected its last line, got its end. Send it again.`);
    }
    held = Buffer.concat([held, value]);
  };

  const take = (bytes: number): Buffer => {
    const taken = held.subarray(0, bytes);
    held = held.subarray(bytes);
    return taken;
  };

  async function* part(): AsyncGenerator<Uint8Array> {
    while (isInPart) {
      const at = held.indexOf(line);
      // The end of what has arrived may be the beginning of a line.
      const whole = at < 0 ? Math.max(0, held.length - line.length + 1) : at;
      const bytes = take(whole);
      if (at >= 0) {
        take(line.length);
        isInPart = false;
      }
      if (bytes.length > 0) yield bytes;
      if (at < 0) await more();
    }
  }

  return {
    part,
    skipPart: async (): Promise<void> => {
      for await (const _ of part());
    },
    /** Whether another part follows the line that was just read. */
    hasPart: async (): Promise<boolean> => {
      while (held.length < 2) await more();
      const end = take(2).toString("latin1");
      if (end === "--") return false;
      if (end === "\r\n") return true;
      throw refused("bad-input", said`form: expected a line between its parts, got another.`);
    },
    header: async (): Promise<string> => {
      let end = held.indexOf("\r\n\r\n");
      while (end < 0) {
        if (held.length > mostHeaderBytes) throw badHeader();
        await more();
        end = held.indexOf("\r\n\r\n");
      }
      if (end > mostHeaderBytes) throw badHeader();
      const header = take(end).toString("utf8");
      take(4);
      isInPart = true;
      return header;
    },
  };
}

function namesOf(header: string): Omit<FormFile, "bytes"> {
  const lines = header.split("\r\n");
  const headerOf = (name: string): string =>
    lines
      .find((text) => text.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim() ?? "";
  const disposition = headerOf("content-disposition");
  if (!/^form-data\s*;/i.test(disposition)) throw badHeader();
  const params = new Map<string, string>();
  // Read in order: a name in quotation marks may hold what looks like another parameter.
  for (const [, name = "", quoted, bare = ""] of disposition.matchAll(
    /;\s*([\w-]+)=(?:"([^"]*)"|([^;"]*))/g,
  )) {
    const text = unescaped(quoted ?? bare);
    checkText(text);
    params.set(name.toLowerCase(), text);
  }
  return {
    field: params.get("name") ?? "",
    name: params.get("filename") ?? "",
    type: headerOf("content-type").toLowerCase(),
  };
}

/** Browsers write only these three so, and everything else as it is. */
function unescaped(name: string): string {
  return name.replace(/%(22|0D|0A)/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function badHeader(): Error {
  return refused("bad-input", said`form: expected parts with names, got another header.`);
}
