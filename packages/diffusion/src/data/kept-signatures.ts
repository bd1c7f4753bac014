/**
 * @file Signatures of pictures, kept on disk beside latents under the hash of the file, so that a picture is decoded
 * for one once. Whoever decodes pictures anyway decodes them here, and the signature comes of the same pixels.
 */

import { type FileStore, type HostTensor, internalError } from "@atelier/engine";
import { sha256Hex } from "../core/content-hash.js";
import type { RgbPicture } from "../core/rgb-picture.js";
import type { Warning } from "../core/warnings/warning.js";
import { probePicture, resolvePictureOptions } from "./load-picture.js";
import type { PictureDecoder } from "./picture-decoder.js";
import {
  type PictureSignature,
  sharpnessEdges,
  signatureOf,
  signatureVersion,
} from "./picture-signature.js";
import { createTensorCache, type NamedTensors } from "./tensor-cache.js";

/** What signatures are made with and where they are kept. */
export interface SignatureOptions {
  readonly files: FileStore;
  readonly decoder: PictureDecoder;
  /** That of computed tensors. */
  readonly cacheFolder: string;
}

/** A picture file. */
export interface PictureBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Signatures of pictures. */
export interface Signatures {
  /**
   * The signature of a picture, decoded only where neither the disk nor `decoder` had it.
   * @throws AtelierError `data` naming a picture that does not decode or is too large, `file`.
   */
  of(picture: PictureBytes): Promise<PictureSignature>;
  /** What was noticed on the way: damaged entries of the cache. */
  readonly warnings: readonly Warning[];
  /** Decodes as the decoder it was made with, and makes the signature of what it decodes. */
  readonly decoder: PictureDecoder;
}

/** Signatures in a cache folder. */
export function keepSignatures({ files, decoder, cacheFolder }: SignatureOptions): Signatures {
  const cache = createTensorCache(files, cacheFolder);
  const { background, maxPixels } = resolvePictureOptions({ width: 8, height: 8 });
  const known = new Map<string, Promise<PictureSignature>>();
  const warnings: Warning[] = [];
  const find = async (
    label: string,
    file: string,
    decode: () => Promise<RgbPicture>,
  ): Promise<PictureSignature> => {
    const settings = { file, decoder: decoder.version, signatureVersion };
    const found = await cache.resolve({ kind: "signatures", label, settings }, async () =>
      tensorsOf(await signatureOf(await decode(), file)),
    );
    warnings.push(...found.warnings);
    return signatureIn(found.tensors, file);
  };
  const once = async (
    { name, bytes }: PictureBytes,
    decode: () => Promise<RgbPicture>,
  ): Promise<PictureSignature> => {
    const file = await sha256Hex(bytes);
    const finding = known.get(file) ?? find(name, file, decode);
    known.set(file, finding);
    return finding;
  };
  return {
    warnings,
    of: (picture) =>
      once(picture, async () => {
        const { name, bytes } = picture;
        await probePicture(picture, decoder, { animated: "first-frame", minSidePixels: 1 });
        return decoder.decode(bytes, name, { background, maxPixels });
      }),
    decoder: {
      ...decoder,
      async decode(bytes, name, options) {
        const picture = await decoder.decode(bytes, name, options);
        if (options.background.join() === background.join()) {
          await once({ name, bytes }, async () => picture);
        }
        return picture;
      },
    },
  };
}

function tensorsOf({ pixels, thumbnail, sharpness }: PictureSignature): NamedTensors {
  const bytes = (data: Uint8Array): HostTensor => ({ dtype: "uint8", shape: [data.length], data });
  // No edges are an edge of no height.
  const values = Float32Array.from(sharpness, (share) => share ?? 0);
  return new Map<string, HostTensor>([
    ["thumbnail", bytes(thumbnail)],
    ["pixels", bytes(new TextEncoder().encode(pixels))],
    ["sharpness", { dtype: "float32", shape: [values.length], data: values }],
  ]);
}

function signatureIn(tensors: NamedTensors, file: string): PictureSignature {
  const thumbnail = tensors.get("thumbnail")?.data;
  const pixels = tensors.get("pixels")?.data;
  const sharpness = tensors.get("sharpness")?.data;
  if (
    !(thumbnail instanceof Uint8Array && pixels instanceof Uint8Array) ||
    !(sharpness instanceof Float32Array && sharpness.length === sharpnessEdges.length)
  ) {
    throw internalError("an entry of the cache is no signature.");
  }
  return {
    ...{ file, thumbnail, pixels: new TextDecoder().decode(pixels) },
    sharpness: Array.from(sharpness, (share) => (share === 0 ? undefined : share)),
  };
}
