/**
 * @file Bodies of requests, read no further than they may go: their types, their sizes, their pace, and what JSON may
 * hold. A body that breaks off or stands still ends the request.
 */

import { said } from "@atelier/engine";
import { refused } from "../api/refusal.js";
import type { BodyKind, BodyOf } from "../api/route.js";
import { checkText } from "./check-text.js";
import { boundaryOf, formFiles } from "./multipart.js";

/** Most bytes of a body by its kind, where its route says nothing. */
const limits = { json: 2e6, bytes: 64e6, form: 64e9 };

/** No chunk of a body takes longer than this to come. */
const idleMs = 60_000;

/** JSON nests no deeper. */
const mostDepth = 64;

/** Types that any page may send here without asking: they never count as a file's. */
const simpleTypes = ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded"];

/** What a request carries, of the kind that its route expects. @throws AtelierError, a refusal */
export async function readBody(
  request: Request,
  kind: BodyKind | undefined,
  limitBytes: number | undefined,
): Promise<unknown> {
  if (request.method === "GET" || request.method === "HEAD") return undefined;
  refuseEncoded(request);
  if (kind === undefined) {
    await readBytes(request, 0);
    return undefined;
  }
  if (kind === "form") return formOf(request, limitBytes ?? limits.form);
  const type = mediaType(request);
  if (kind === "bytes") {
    if (type === "" || simpleTypes.includes(type)) throw wrongType("a file's own", type);
    return readBytes(request, limitBytes ?? limits.bytes);
  }
  if (type !== "application/json") throw wrongType("application/json", type);
  return parseJson(await readBytes(request, limitBytes ?? limits.json));
}

/** JSON in UTF-8 that no later reader stumbles over. @throws AtelierError, a refusal */
export function parseJson(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw refused("bad-input", said`body: expected JSON in UTF-8, got something else.`, { cause });
  }
  checkJson(value, 0);
  return value;
}

function checkJson(value: unknown, depth: number): void {
  if (typeof value === "string") checkText(value);
  if (typeof value !== "object" || value === null) return;
  if (depth === mostDepth) {
    throw refused("bad-input", said`body: expected at most ${mostDepth} levels, got more.`);
  }
  for (const [key, part] of Object.entries(value)) {
    if (key === "__proto__" || key === "constructor" || key === "prototype") {
      throw refused("bad-input", said`body: expected names of fields, got ${key}. Take it out.`);
    }
    checkText(key);
    checkJson(part, depth + 1);
  }
}

function formOf(request: Request, limitBytes: number): BodyOf<"form"> {
  const boundary = boundaryOf(request.headers.get("content-type") ?? "");
  if (boundary === undefined) throw wrongType("multipart/form-data", mediaType(request));
  return formFiles(chunksOf(request, limitBytes), boundary);
}

async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(request, limitBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Chunks as they arrive, up to a limit that holds whatever the request says of its length. */
async function* chunksOf(request: Request, limitBytes: number): AsyncGenerator<Uint8Array, void> {
  const told = Number(request.headers.get("content-length") ?? 0);
  if (told > limitBytes) throw tooLarge(limitBytes);
  if (request.body === null) return;
  const reader = request.body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read());
      if (done) return;
      bytes += value.byteLength;
      if (bytes > limitBytes) throw tooLarge(limitBytes);
      yield value;
    }
  } finally {
    // What is left of it is of no use; that it cannot be left is neither.
    reader.cancel().catch(() => undefined);
  }
}

async function inTime<T>(read: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        refused("bad-input", said`body: expected more within ${idleMs / 1_000} s, got nothing.`),
      );
    }, idleMs);
  });
  try {
    return await Promise.race([read, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Packed bodies would be small before and of any size after. */
function refuseEncoded(request: Request): void {
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity") {
    throw refused("unsupported-type", said`body: expected it as it is, got it in ${encoding}.`);
  }
}

function mediaType(request: Request): string {
  const [type = ""] = (request.headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase();
}

function wrongType(expected: string, got: string): Error {
  return refused(
    "unsupported-type",
    said`content-type: expected ${expected}, got ${got || "none"}. Name the type of what is sent.`,
  );
}

function tooLarge(limitBytes: number): Error {
  return refused("too-large", said`body: expected at most ${limitBytes} bytes, got more.`);
}
