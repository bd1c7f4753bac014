/**
 * @file Decodes pictures with sharp (libvips). Resizing is not left to it: the pure resampler
 * gives Pillow's bits on every platform and does not change when libvips does.
 */

import { AtelierError, messageOf, said } from "@atelier/engine";
import sharp, { type Sharp } from "sharp";
import { mendJpegHeaders } from "../data/mend-jpeg.js";
import type { PictureDecoder, PictureInfo } from "../data/picture-decoder.js";
import { identifyPicture } from "../data/picture-format.js";

/** Raise when the calls below change, so that caches made before are not used again. */
const pipelineVersion = 1;

/** A {@link PictureDecoder} for Node. */
export const sharpPictures: PictureDecoder = {
  version: `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}, pipeline ${pipelineVersion}`,

  async probe(bytes, name): Promise<PictureInfo> {
    const format = identifyPicture(bytes);
    if (typeof format !== "string") throw undecodable(name, "its first bytes are of no known kind");
    const metadata = await sharp(bytes, { limitInputPixels: false })
      .metadata()
      .catch((cause: unknown) => {
        throw undecodable(name, messageOf(cause), cause);
      });
    const { width, height } = metadata.autoOrient;
    return { width, height, format, isAnimated: (metadata.pages ?? 1) > 1 };
  },

  async decode(bytes, name, { background: [r, g, b], maxPixels }) {
    const { data, info } = await open(bytes, maxPixels)
      .autoOrient()
      .flatten({ background: { r, g, b } })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true })
      .catch((cause: unknown) => {
        throw undecodable(name, messageOf(cause), cause);
      });
    if (info.channels !== 3) throw undecodable(name, `it decoded to ${info.channels} channels`);
    return { width: info.width, height: info.height, data };
  },

  async decodeAlpha(bytes, name, { maxPixels }) {
    const refuse = (cause: unknown): never => {
      throw undecodable(name, messageOf(cause), cause);
    };
    const { hasAlpha } = await open(bytes, maxPixels).metadata().catch(refuse);
    if (!hasAlpha) return undefined;
    const { data, info } = await open(bytes, maxPixels)
      .autoOrient()
      .extractChannel("alpha")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true })
      .catch(refuse);
    const { width, height } = info;
    const levels = Uint8Array.from(
      { length: 3 * width * height },
      (_, i) => data[Math.floor(i / 3)] ?? 0,
    );
    return { width, height, data: levels };
  },
};

/** Headers are mended first, so that whatever a decoder still warns of is damage. */
function open(bytes: Uint8Array, limitInputPixels: number): Sharp {
  const whole = identifyPicture(bytes) === "jpeg" ? mendJpegHeaders(bytes) : bytes;
  return sharp(whole, { failOn: "warning", limitInputPixels });
}

function undecodable(name: string, reason: string, cause?: unknown): AtelierError {
  return new AtelierError(
    "data",
    said`picture ${name}: expected a whole picture, got one that does not decode (${reason}). Replace the file or remove it.`,
    { context: { picture: name }, ...(cause === undefined ? {} : { cause }) },
  );
}
