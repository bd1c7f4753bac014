/**
 * @file An uploaded .safetensors file on its way into the library: what it is is told by its header. Files that could
 * run something when they are read (pickles) are refused, whatever they are called.
 */

import { open } from "node:fs/promises";
import { join } from "node:path";
import { inEnglish } from "@atelier/diffusion/english";
import { inspectPath, type Problem } from "@atelier/diffusion/inspect";
import { type Sentence, said } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import type { Item } from "../../api/library.js";
import type { FormFile } from "../../api/route.js";
import { attempt, libraryError } from "../folder/library-error.js";
import { cleanItemName } from "../folder/safe-name.js";

/** A file that can be published. */
export interface ReceivedItem {
  readonly kind: Item["kind"];
  readonly path: string;
  readonly name: string;
}

/** More than any model that is read. */
export const mostItemBytes = 64e9;

/**
 * Receives a file into a folder of its own.
 * @throws AtelierError `file`, refused or too-large.
 */
export async function receiveItem(
  file: FormFile,
  { folder, mostBytes = mostItemBytes }: { readonly folder: string; readonly mostBytes?: number },
): Promise<ReceivedItem> {
  const given = file.name.split(/[\\/]/).at(-1) ?? "";
  requireEnding(given);
  const name = cleanItemName(given, "upload.safetensors");
  // Words are called by their files, and so are read from one of their own name.
  const path = join(folder, name);
  await write(path, given, file.bytes, mostBytes);
  const { kind, problems } = await inspectPath(nodeFiles, path, { readsValues: false });
  switch (kind) {
    case "checkpoint":
      return { kind: "model", path, name };
    case "adapter":
      return { kind: "adapter", path, name };
    case "embedding":
      return { kind: "word", path, name };
    case "unet":
    case "transformer":
    case "vae":
    case "text-encoder":
      throw refused(
        said`${given}: expected a whole model, an adapter or a word, got one part of a model (${kind}). Add the whole model.`,
      );
    default: {
      const told =
        problems[0] === undefined ? said`` : below(sentenceOfProblem(problems[0]), path, given);
      throw refused(
        said`${given}: expected a model, an adapter or a word, got a file that is none of them. ${told}`,
      );
    }
  }
}

function sentenceOfProblem(problem: Problem): Sentence {
  return problem.code === "error" ? problem.params.message : said`${inEnglish(problem)}`;
}

/** A sentence in which a file is called as the user calls it. */
function below({ template, params }: Sentence, path: string, given: string): Sentence {
  const own = params.map((param) => {
    if (typeof param === "object") return below(param, path, given);
    return typeof param === "string" ? param.replaceAll(path, given) : param;
  });
  return { template, params: own };
}

function requireEnding(name: string): void {
  if (/\.safetensors$/i.test(name)) return;
  if (/\.(ckpt|pt|pth|bin|pkl|pickle)$/i.test(name)) throw pickle(name);
  throw refused(said`${name}: expected a .safetensors file, got another. Convert it first.`);
}

async function write(
  path: string,
  name: string,
  content: AsyncIterable<Uint8Array>,
  mostBytes: number,
): Promise<void> {
  const handle = await attempt(name, () => open(path, "wx"));
  let head = new Uint8Array(0);
  let bytes = 0;
  try {
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        throw libraryError(
          "too-large",
          said`${name}: expected at most ${mostBytes} bytes, got more.`,
        );
      }
      // What is none is told by its beginning, before all of it has come.
      if (head.length < headBytes) {
        head = Buffer.concat([head, chunk.subarray(0, headBytes)]);
        if (head.length >= headBytes) requireHead(name, head);
      }
      await attempt(name, () => handle.writeFile(chunk));
    }
    if (head.length < headBytes) throw notSafetensors(name);
  } finally {
    await handle.close();
  }
}

/** The length of the header, and its first brace. */
const headBytes = 9;

/** No header comes near. */
const mostHeaderBytes = 100e6;

function requireHead(name: string, head: Uint8Array): void {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const isPickle = head[0] === 0x80 && (head[1] ?? 0) <= 5;
  const isZip = view.getUint32(0) === 0x504b0304;
  const length = view.getBigUint64(0, true);
  if (length <= BigInt(mostHeaderBytes) && head[8] === 0x7b) return;
  throw isPickle || isZip ? pickle(name) : notSafetensors(name);
}

const pickle = (name: string) =>
  refused(
    said`${name}: expected a .safetensors file, got a pickle, which can run programs when it is read. Convert it with a program that you trust, or get the .safetensors file of the same model.`,
  );

const notSafetensors = (name: string) =>
  refused(said`${name}: expected a .safetensors file, got something else. Download it again.`);

const refused = (sentence: Sentence) => libraryError("refused", sentence);
