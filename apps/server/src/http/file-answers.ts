/**
 * @file Files as answers. Pictures of known kinds are shown; everything else is downloaded, whatever it says it is, so
 * that no file of the library is ever run as a page. Nothing outside a folder is read through it.
 */

import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { basename, sep } from "node:path";
import { Readable } from "node:stream";
import { said } from "@atelier/engine";
import { refused } from "../api/refusal.js";
import type { LibraryFile } from "../library/folder/library-file.js";

/** Pictures that browsers show and that hold no scripts. */
const shownTypes = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"];

/** How a file is answered. */
export interface FileAnswerOptions {
  /** The folder that files lie in, links followed. */
  readonly root: string;
  /** Whether it stays the same at this address. */
  readonly isLasting?: boolean;
  /** Headers of its own, such as a report's. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A file of the library. @throws AtelierError, a refusal, where it is not there */
export async function fileAnswer(
  request: Request,
  file: LibraryFile,
  options: FileAnswerOptions,
): Promise<Response> {
  const { name, type } = file;
  const { isLasting = false, headers: own = {} } = options;
  const headers = new Headers({
    ...shownAs(name, type),
    "cache-control": isLasting ? "private, max-age=31536000, immutable" : "private, no-cache",
    ...own,
  });
  switch (file.kind) {
    case "stored":
      return storedAnswer(request, await openWithin(options.root, file.path), headers);
    case "held":
      return new Response(new Uint8Array(file.content), { headers });
    case "streamed":
      headers.set("content-length", String(file.bytes));
      if (request.method === "HEAD") return new Response(null, { headers });
      return new Response(bytesOf(Readable.from(file.content)), { headers });
    default:
      return file satisfies never;
  }
}

/** A file on disk, whole or the part that a request's `Range` asks for. */
async function storedAnswer(
  request: Request,
  file: FileHandle,
  headers: Headers,
): Promise<Response> {
  try {
    const { size, mtimeMs } = await file.stat();
    const tag = `"${size.toString(36)}-${Math.round(mtimeMs * 1_000).toString(36)}"`;
    headers.set("etag", tag);
    headers.set("accept-ranges", "bytes");
    if (request.headers.get("if-none-match") === tag) return await without(file, 304, headers);
    const asked = request.headers.get("if-range") ?? tag;
    const range = asked === tag ? rangeOf(request.headers.get("range"), size) : undefined;
    if (range === "unsatisfiable") {
      headers.set("content-range", `bytes */${size}`);
      return await without(file, 416, headers);
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    headers.set("content-length", String(end - start + 1));
    if (range) headers.set("content-range", `bytes ${start}-${end}/${size}`);
    const status = range ? 206 : 200;
    if (request.method === "HEAD" || size === 0) return await without(file, status, headers);
    return new Response(bytesOf(file.createReadStream({ start, end, highWaterMark: 2 ** 18 })), {
      status,
      headers,
    });
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** As what a file is answered: only pictures are shown. */
function shownAs(name: string, type: string): Record<string, string> {
  const isShown = shownTypes.includes(type);
  return {
    "content-type": isShown ? type : "application/octet-stream",
    "content-disposition": `${isShown ? "inline" : "attachment"}; ${fileNameParam(name)}`,
  };
}

/** A name in a header: plain for old programs, and as it is (RFC 8187); neither can end the header. */
function fileNameParam(name: string): string {
  const plain = name.replace(/[^\w. ()-]/g, "_");
  const exact = encodeURIComponent(name.replace(/\p{Surrogate}/gu, "_")).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${plain}"; filename*=UTF-8''${exact}`;
}

/** Opens a file that lies in a folder once all links are followed. */
async function openWithin(root: string, path: string): Promise<FileHandle> {
  const notFound = (cause?: unknown): Error =>
    refused("not-found", said`${basename(path)}: expected a file, got none.`, { cause });
  const [folder, real] = await Promise.all([realpath(root), realpath(path)]).catch(
    (cause: unknown) => {
      throw notFound(cause);
    },
  );
  if (!real.startsWith(folder + sep)) throw notFound();
  // A pipe would be waited for, and what became a link meanwhile was not looked at. Windows has neither flag.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(real, flags);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw notFound();
}

async function without(file: FileHandle, status: number, headers: Headers): Promise<Response> {
  await file.close();
  return new Response(null, { status, headers });
}

function bytesOf(stream: Readable): ReadableStream<Uint8Array> {
  // Sound: streams without an encoding are of bytes.
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}

function rangeOf(
  header: string | null,
  size: number,
): { start: number; end: number } | "unsatisfiable" | undefined {
  // Of several ranges none is answered: the whole file is allowed instead.
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "");
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? "unsatisfiable" : { start, end };
}
