/**
 * @file Which picture files are read: told by file name when a folder is listed, and by the
 * first bytes before a decoder sees them, so that a decoder runs only on formats named here.
 */

import type { WarningParams } from "../core/warnings/warning.js";

/** Formats that are decoded. */
export type PictureFormat = "jpeg" | "png" | "webp" | "avif";

/** A format that is known but not decoded. */
export interface UnsupportedFormat {
  readonly name: WarningParams<"unsupported-picture">["format"];
}

const formatOfExtension: ReadonlyMap<string, PictureFormat> = new Map([
  ...["jpg", "jpeg", "jpe", "jfif"].map((extension) => [extension, "jpeg"] as const),
  ["png", "png"],
  ["webp", "webp"],
  ["avif", "avif"],
]);

const unsupported = {
  gif: { name: "gif" },
  tiff: { name: "tiff" },
  bmp: { name: "bmp" },
  jxl: { name: "jxl" },
  jp2: { name: "jp2" },
  svg: { name: "svg" },
  psd: { name: "psd" },
  heic: { name: "heic" },
  raw: { name: "raw" },
} as const satisfies { readonly [N in UnsupportedFormat["name"]]: { readonly name: N } };

const unsupportedOfExtension: ReadonlyMap<string, UnsupportedFormat> = new Map([
  ...Object.entries(unsupported),
  ["tif", unsupported.tiff],
  ...["heif", "hif"].map((extension) => [extension, unsupported.heic] as const),
  ...["dng", "cr2", "cr3", "nef", "arw", "raf", "orf", "rw2"].map(
    (extension) => [extension, unsupported.raw] as const,
  ),
]);

/** The extension of a file name in lower case, without its dot and spaces; "" where there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0
    ? name
        .slice(dot + 1)
        .trim()
        .toLowerCase()
    : "";
}

/** The format that a file name promises, `undefined` for anything but a picture. */
export function pictureFormatOfName(name: string): PictureFormat | UnsupportedFormat | undefined {
  const extension = extensionOf(name);
  return formatOfExtension.get(extension) ?? unsupportedOfExtension.get(extension);
}

/** The format that the bytes of a file begin with, `undefined` when it is none of the known. */
export function identifyPicture(bytes: Uint8Array): PictureFormat | UnsupportedFormat | undefined {
  const head = latin1(bytes, 0, 16);
  const tag = head.slice(0, 4);
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (tag === "RIFF" && head.slice(8, 12) === "WEBP") return "webp";
  if (head.slice(4, 8) === "ftyp") return identifyIsoMedia(bytes);
  if (tag === "GIF8") return unsupported.gif;
  if (tag === "II*\0" || tag === "MM\0*") return unsupported.tiff;
  if (tag === "8BPS") return unsupported.psd;
  if (head.startsWith("\xff\x0a") || head.slice(4, 8) === "JXL ") return unsupported.jxl;
  if (head.slice(4, 8) === "jP  ") return unsupported.jp2;
  if (head.startsWith("BM")) return unsupported.bmp;
  return /<svg[\s>]/i.test(latin1(bytes, 0, 1024)) ? unsupported.svg : undefined;
}

/**
 * Whether a picture moves in a way that decoders do not tell: an animated PNG (an `acTL` chunk
 * before the first `IDAT`) or an AVIF sequence.
 */
export function isUntoldAnimation(bytes: Uint8Array): boolean {
  if (identifyPicture(bytes) === "avif") return latin1(bytes, 8, 4) === "avis";
  if (identifyPicture(bytes) !== "png") return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 8; offset + 8 <= bytes.length; offset += 12 + view.getUint32(offset)) {
    const type = latin1(bytes, offset + 4, 4);
    if (type === "acTL") return true;
    if (type === "IDAT") return false;
  }
  return false;
}

/** Formats in an ISO media container tell themselves apart by their brands. */
function identifyIsoMedia(bytes: Uint8Array): PictureFormat | UnsupportedFormat | undefined {
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const brands = latin1(bytes, 8, Math.min(size, 256) - 8).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => brand === "avif" || brand === "avis")) return "avif";
  const isHeic = brands.some((brand) => /^(he(ic|ix|im|is|vc|vx)|mif1|msf1)$/.test(brand));
  if (isHeic) return unsupported.heic;
  return brands[0] === "crx " ? unsupported.raw : undefined;
}

function latin1(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + Math.max(0, length)));
}
