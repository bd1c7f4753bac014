/** @file Pictures decoded by the browser. */

import { identifyPicture, type PictureDecoder } from "@atelier/diffusion/data";
import { AtelierError, messageOf, said } from "@atelier/engine";

/** A {@link PictureDecoder} for browsers. Pixels may differ by a level from one browser to another. */
export const canvasPictures: PictureDecoder = {
  version: `canvas 1, ${navigator.userAgent}`,

  async probe(bytes, name) {
    const format = identifyPicture(bytes);
    if (typeof format !== "string") throw undecodable(name, "its first bytes are of no known kind");
    const bitmap = await open(bytes, name);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height, format, isAnimated: false };
  },

  async decode(bytes, name, { background, maxPixels }) {
    const { width, height, data } = await pixelsOf(bytes, name, maxPixels);
    const rgb = new Uint8Array(3 * width * height);
    for (let i = 0; i < width * height; i++) {
      const alpha = (data[4 * i + 3] ?? 255) / 255;
      for (const [channel, behind] of background.entries()) {
        const level = data[4 * i + channel] ?? 0;
        rgb[3 * i + channel] = Math.round(level * alpha + behind * (1 - alpha));
      }
    }
    return { width, height, data: rgb };
  },

  async decodeAlpha(bytes, name, { maxPixels }) {
    const { width, height, data } = await pixelsOf(bytes, name, maxPixels);
    const isOpaque = data.every((level, i) => i % 4 !== 3 || level === 255);
    if (isOpaque) return undefined;
    const levels = Uint8Array.from(
      { length: 3 * width * height },
      (_, i) => data[4 * Math.floor(i / 3) + 3] ?? 0,
    );
    return { width, height, data: levels };
  },
};

async function pixelsOf(bytes: Uint8Array, name: string, maxPixels: number): Promise<ImageData> {
  const bitmap = await open(bytes, name);
  try {
    const { width, height } = bitmap;
    if (width * height > maxPixels) {
      throw undecodable(name, `it has ${width}×${height} pixels, more than ${maxPixels}`);
    }
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { colorSpace: "srgb", willReadFrequently: true });
    if (context === null) throw undecodable(name, "the browser gives no canvas of its size");
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, width, height);
  } finally {
    bitmap.close();
  }
}

function open(bytes: Uint8Array, name: string): Promise<ImageBitmap> {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  const how: ImageBitmapOptions = { imageOrientation: "from-image", premultiplyAlpha: "none" };
  return createImageBitmap(blob, how).catch((cause: unknown) => {
    throw undecodable(name, messageOf(cause), cause);
  });
}

function undecodable(name: string, reason: string, cause?: unknown): AtelierError {
  return new AtelierError(
    "data",
    said`picture ${name}: expected a whole picture, got one that does not decode (${reason}). Replace the file or remove it.`,
    { context: { picture: name }, ...(cause === undefined ? {} : { cause }) },
  );
}
