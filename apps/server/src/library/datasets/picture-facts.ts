/**
 * @file What the header of a picture says: size, format, transparency. A decoder sees only files whose first bytes are
 * those of a format that is read; a page or a drawing program's file under a picture's name never reaches one.
 */

import { open } from "node:fs/promises";
import { identifyPicture, type PictureFormat } from "@atelier/diffusion/data";
import { AtelierError, errorSentence, messageOf, type Sentence, said } from "@atelier/engine";
import sharp from "sharp";
import { z } from "zod";
import { attempt } from "../folder/library-error.js";

// libvips would answer for files by their names, also after they have changed.
sharp.cache(false);

/** Bytes that tell a format; an SVG may begin with comments. */
const headBytes = 4096;

/** Larger pictures are refused, as the trainer does. */
export const maxPixels: number = 2 ** 27;

/** Facts of a picture, or why there are none. */
export const pictureFacts = z.union([
  z.object({
    format: z.enum(["jpeg", "png", "webp", "avif"]),
    /** Upright. */
    width: z.number(),
    height: z.number(),
    hasAlpha: z.boolean(),
  }),
  z.object({
    problem: z.object({
      template: z.string(),
      params: z.array(z.union([z.string(), z.number(), z.boolean()])),
    }),
  }),
]);
export type PictureFacts = z.infer<typeof pictureFacts>;

/** Of a picture that decodes. */
export type WholeFacts = Exclude<PictureFacts, { readonly problem: unknown }>;

/** Whether a picture's header could be read. */
export function isWhole(facts: PictureFacts): facts is WholeFacts {
  return "width" in facts;
}

/** Reads the header of a file; what is wrong with it is part of the answer. */
export async function readPictureFacts(path: string, name: string): Promise<PictureFacts> {
  try {
    const format = identifyPicture(await readHead(path, name));
    if (typeof format !== "string") {
      return {
        problem: flat(
          said`${name}: expected JPEG, PNG, WebP or AVIF, got a file of another kind. Replace or remove it.`,
        ),
      };
    }
    return await decodeHeader(path, format);
  } catch (error) {
    if (error instanceof AtelierError) return { problem: flat(errorSentence(error)) };
    return {
      problem: flat(
        said`${name}: expected a whole picture, got one that does not decode (${messageOf(error).slice(0, 200)}). Replace or remove it.`,
      ),
    };
  }
}

async function decodeHeader(path: string, format: PictureFormat): Promise<WholeFacts> {
  const { autoOrient, hasAlpha } = await sharp(path, { limitInputPixels: false }).metadata();
  return { format, width: autoOrient.width, height: autoOrient.height, hasAlpha };
}

/** The first bytes of a file. */
export async function readHead(path: string, name: string): Promise<Uint8Array> {
  return attempt(name, async () => {
    const handle = await open(path, "r");
    try {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(headBytes), 0, headBytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  });
}

/** A sentence as the cache holds it: others within it become text. */
function flat({
  template,
  params,
}: Sentence): Extract<PictureFacts, { problem: unknown }>["problem"] {
  return {
    template,
    params: params.map((param) => (typeof param === "object" ? textOf(param) : param)),
  };
}

const textOf = (sentence: Sentence): string => new AtelierError("data", sentence).message;
