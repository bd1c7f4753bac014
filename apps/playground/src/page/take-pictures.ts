/**
 * @file The pictures of a lesson out of what was given, in the order of their names: whole ones, as small as a lesson has use for.
 * What is left out is told.
 */

import type { GivenPicture } from "../worker/protocol.js";
import type { Given, GivenFile } from "./given-files.js";

/** More belong to a program that keeps what it has done. */
export const mostPictures = 20;

/** Four times as many pixels as the embedded base draws on a side, so that nothing is lost by making them smaller twice. */
const usefulSide = 256;
/** A picture beyond is not decoded: it would take gigabytes. */
const mostPixels = 2 ** 27;
/** Smaller files stay as they are. */
const mostBytes = 2 ** 20;

/** What became of what was given. */
export interface Taken {
  readonly pictures: readonly GivenPicture[];
  /** Pictures among it, by their names; with those that were there before. */
  readonly found: number;
  /** Files that are no pictures, and folders that were not looked into. */
  readonly others: number;
  readonly inner: number;
  /** Names of those that do not decode. */
  readonly broken: readonly string[];
  /** Names of those that are too large to be decoded. */
  readonly huge: readonly string[];
}

/** Takes pictures until there are {@link mostPictures}. */
export async function takePictures(
  before: readonly GivenPicture[],
  { files, inner }: Given,
): Promise<Taken> {
  const candidates = files
    .filter(({ name }) => /\.(png|jpe?g|webp|avif)$/i.test(name))
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const pictures = [...before];
  const [broken, huge]: [string[], string[]] = [[], []];
  for (const candidate of candidates) {
    if (pictures.length >= mostPictures) break;
    const taken = await take(candidate);
    if (taken === "broken") broken.push(candidate.name);
    else if (taken === "huge") huge.push(candidate.name);
    else pictures.push(taken);
  }
  const others = files.length - candidates.length;
  return { pictures, found: before.length + candidates.length, others, inner, broken, huge };
}

async function take({ name, open }: GivenFile): Promise<GivenPicture | "broken" | "huge"> {
  try {
    const file = await open();
    const { width, height } = await sizeOf(file);
    if (width * height > mostPixels) return "huge";
    const scale = usefulSide / Math.min(width, height);
    if (scale > 0.5 && file.size <= mostBytes) {
      (await createImageBitmap(file)).close();
      return { name, bytes: new Uint8Array(await file.arrayBuffer()) };
    }
    return {
      name: `${name}.png`,
      bytes: await smaller(file, Math.min(1, scale), { width, height }),
    };
  } catch {
    return "broken";
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Of a picture as it is shown, from the beginning of its file: nothing is decoded yet. @throws where it is none. */
async function sizeOf(file: File): Promise<Size> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
      image.src = url;
    });
    return { width: image.naturalWidth, height: image.naturalHeight };
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The picture as PNG, made smaller. @throws where it does not decode. */
async function smaller(
  file: File,
  scale: number,
  { width, height }: Size,
): Promise<Uint8Array<ArrayBuffer>> {
  const bitmap = await createImageBitmap(file, {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: "high",
  });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  const blob = await canvas.convertToBlob({ type: "image/png" });
  return new Uint8Array(await blob.arrayBuffer());
}
