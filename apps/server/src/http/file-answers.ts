/**
 * @file Files as answers. Pictures of known kinds are shown; everything else is downloaded, whatever it says it is, so
 * that no file of the library is ever run as a page. Nothing outside a folder is read through it.
 */

import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { basename, extname, sep } from "node:path";
import { Readable } from "node:stream";
import { said } from "@atelier/engine";
import { refused } from "../api/refusal.js";

/** Pictures that browsers show and that hold no scripts. */
const pictureTypes: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".webp": "image/webp",
  ".gif": "image/gif",
  ".avif": "image/avif",
};

/** How a file is answered. */
export interface FileAnswerOptions {
  /** The folder that it lies in, links followed. */
  readonly root: string;
  /** What a download is called; the file's own name unless given. */
  readonly name?: string | undefined;
  /** Whether it stays the same at this address. */
  readonly isLasting?: boolean;
  /** Headers of its own, such as a report's. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * A file of a folder, whole or the part that a request's `Range` asks for.
 * @throws AtelierError, a refusal, where there is none in the folder
 */
export async function fileAnswer(
  request: Request,
  path: string,
  { root, name = basename(path), isLasting = false, headers: own = {} }: FileAnswerOptions,
): Promise<Response> {
  const file = await openWithin(root, path);
  try {
    const { size, mtimeMs } = await file.stat();
    const tag = `"${size.toString(36)}-${Math.round(mtimeMs * 1_000).toString(36)}"`;
    const headers = new Headers({
      ...shownAs(name),
      etag: tag,
      "accept-ranges": "bytes",
      "cache-control": isLasting ? "private, max-age=31536000, immutable" : "private, no-cache",
      ...own,
    });
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
    return new Response(streamOf(file, start, end), { status, headers });
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Bytes that were made for this request, such as a thumbnail or an archive. */
export function bytesAnswer(
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  name: string,
  { isLasting = false }: Pick<FileAnswerOptions, "isLasting"> = {},
): Response {
  return new Response(body, {
    headers: {
      ...shownAs(name),
      "cache-control": isLasting ? "private, max-age=31536000, immutable" : "private, no-cache",
    },
  });
}

/** As what a file of this name is answered. */
function shownAs(name: string): Record<string, string> {
  const type = pictureTypes[extname(name).toLowerCase()];
  return {
    "content-type": type ?? "application/octet-stream",
    "content-disposition": `${type ? "inline" : "attachment"}; ${fileNameParam(name)}`,
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

function streamOf(file: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  // Sound: a stream of a file without an encoding is one of bytes.
  return Readable.toWeb(
    file.createReadStream({ start, end, highWaterMark: 256 * 1_024 }),
  ) as ReadableStream<Uint8Array>;
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
