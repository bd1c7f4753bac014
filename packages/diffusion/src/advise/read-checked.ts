/** @file Reads the pictures of folders for a check: each decoded once at most, what cannot be used set aside by name. */

import {
  AtelierError,
  errorSentence,
  type FileStore,
  type FloatTensor,
  said,
} from "@atelier/engine";
import type { Warning } from "../core/warnings/warning.js";
import {
  type CaptionedFolder,
  type CaptionedPicture,
  readCaptionedFolder,
} from "../data/captions.js";
import { keepSignatures, type Signatures } from "../data/kept-signatures.js";
import { probePicture, readPictureFile, resolvePictureOptions } from "../data/load-picture.js";
import type { PictureDecoder } from "../data/picture-decoder.js";
import type { PictureSize } from "../data/resize-crop.js";
import type { ImageEmbedder, TextEmbedder } from "../evaluate/judge.js";
import type { LatentRules } from "../families/family.js";
import { joinRows } from "../pipeline/tensor-rows.js";
import { idsOfText, type Tokenizers } from "../pipeline/tokenizers.js";
import type { DataConfig } from "../train/config/train-config.js";
import { requireGoing } from "../train/events/stop.js";
import { planBuckets, requireSize } from "../train/plan/plan-buckets.js";
import type { CheckedPicture, CheckFacts, UnusablePicture } from "./check-pictures.js";

/** Who looks at pictures. */
export interface CheckJudges {
  /** Tells things apart. */
  readonly instance: ImageEmbedder;
  /** Reads captions, too; may be the same. */
  readonly clip?: (ImageEmbedder & TextEmbedder) | undefined;
  /** Whether they know such pictures; where they do not know one of a set, none of it is judged. */
  readonly knows?: (size: PictureSize) => boolean;
}

/** What is read, and with what. */
export interface ReadCheckedOptions {
  readonly files: FileStore;
  readonly decoder: PictureDecoder;
  /** Of computed tensors, signatures among them. */
  readonly cacheFolder: string;
  readonly folders: readonly string[];
  /** The caption of pictures that have none. */
  readonly prompt?: string | undefined;
  /** How a training would take them. */
  readonly data: Pick<DataConfig, "buckets" | "animated" | "minSidePixels"> & PictureSize;
  readonly latents: LatentRules;
  /** Of the base; without, no caption is held to its length. */
  readonly tokenizers?: Tokenizers | undefined;
  readonly judges?: CheckJudges | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Pictures that have been looked at, of all. */
export interface CheckProgress {
  readonly done: number;
  readonly total: number;
}

/** Facts for `checkPictures`, and what was noticed about folders and captions. */
export interface ReadChecked {
  readonly facts: CheckFacts;
  readonly warnings: readonly Warning[];
}

/**
 * Reads folders of pictures.
 * @throws AtelierError `config` for a size that latents do not divide; `data` for folders and captions that cannot be
 *   used, and where no picture can; `file`, `weights`, `aborted` on the signal.
 */
export async function* readChecked(
  options: ReadCheckedOptions,
): AsyncGenerator<CheckProgress, ReadChecked, undefined> {
  const { data, latents, judges } = options;
  requireSize(data, latents);
  const { listed, warnings } = await listFolders(options);
  const signatures = keepSignatures(options);
  const pictures: CheckedPicture[] = [];
  const unusable: UnusablePicture[] = [];
  const seen: Seen[] = [];
  for (const [index, entry] of listed.entries()) {
    requireGoing(options.signal);
    yield { done: index, total: listed.length };
    try {
      const { picture, embeddings } = await look(options, signatures, entry);
      pictures.push(picture);
      if (embeddings !== undefined) seen.push(embeddings);
    } catch (error) {
      if (!isOfData(error)) throw error;
      unusable.push({ name: entry.name, problem: errorSentence(error) });
    }
  }
  if (pictures.length === 0) throw noneUsable(options, unusable);
  const facts: CheckFacts = {
    ...{ pictures, unusable, hasPrompt: options.prompt !== undefined, buckets: data.buckets },
    shapes: planBuckets(data, pictures, { latents }),
    instances:
      seen.length === pictures.length ? joinRows(seen.map(({ instance }) => instance)) : undefined,
    captioned: await embedCaptions(judges, pictures, seen),
  };
  return { facts, warnings: [...warnings, ...signatures.warnings] };
}

/** Vectors `[1, width]` of a picture. */
interface Seen {
  readonly instance: FloatTensor;
  readonly clip: FloatTensor | undefined;
}

type Listed = Omit<CaptionedPicture, "caption"> & { readonly caption: string | undefined };

/** Pictures by names that tell them apart: their own, or their paths where two folders have the same. */
async function listFolders({
  files,
  folders,
  prompt,
}: ReadCheckedOptions): Promise<{ readonly listed: Listed[]; readonly warnings: Warning[] }> {
  const found: CaptionedPicture[] = [];
  const warnings: Warning[] = [];
  for (const folder of folders) {
    const read = await readFolder(files, folder, prompt);
    found.push(...read.pictures);
    warnings.push(...read.warnings);
  }
  const areNamed = new Set(found.map(({ name }) => name)).size === found.length;
  const listed = found.map((picture) => ({
    ...picture,
    name: areNamed ? picture.name : picture.path,
    caption: picture.captionSource === "prompt" ? undefined : picture.caption,
  }));
  return { listed, warnings };
}

/** Captions that are not there are a finding here, and end nothing: some prompt stands in for them. */
async function readFolder(
  files: FileStore,
  folder: string,
  prompt: string | undefined,
): Promise<CaptionedFolder> {
  try {
    return await readCaptionedFolder(files, folder, { prompt });
  } catch (error) {
    if (prompt !== undefined || !isOfData(error)) throw error;
    // Whatever else was wrong is thrown again.
    const read = await readCaptionedFolder(files, folder, { prompt: "-" });
    const warnings = read.warnings.filter(({ code }) => code !== "prompt-fallback");
    return { ...read, warnings };
  }
}

const isOfData = (error: unknown): error is AtelierError =>
  error instanceof AtelierError && error.code === "data";

async function look(
  { files, decoder, data, latents, tokenizers, judges }: ReadCheckedOptions,
  signatures: Signatures,
  { name, path, caption }: Listed,
): Promise<{ readonly picture: CheckedPicture; readonly embeddings: Seen | undefined }> {
  const bytes = await readPictureFile(files, path);
  const { width, height } = await probePicture({ name, bytes }, decoder, data);
  const size = { width, height };
  // A picture may be smaller than the least shape.
  planBuckets(data, [{ name, size }], { latents });
  let embeddings: Seen | undefined;
  if (judges !== undefined && (judges.knows?.(size) ?? true)) {
    const settings = resolvePictureOptions(data);
    const pixels = await signatures.decoder.decode(bytes, name, settings);
    const instance = await judges.instance.embedPictures([pixels]);
    const isOne = judges.clip === judges.instance;
    const clip = isOne ? instance : await judges.clip?.embedPictures([pixels]);
    embeddings = { instance, clip };
  }
  const truncated =
    tokenizers === undefined ? undefined : idsOfText(tokenizers, caption ?? "").truncated;
  const signature = await signatures.of({ name, bytes });
  return { picture: { name, size, caption, truncated, signature }, embeddings };
}

/** Of captions and their pictures, where there is one for each. */
async function embedCaptions(
  judges: CheckJudges | undefined,
  pictures: readonly CheckedPicture[],
  seen: readonly Seen[],
): Promise<CheckFacts["captioned"]> {
  const texts = pictures.flatMap(({ caption }) => caption ?? []);
  const rows = seen.flatMap(({ clip }) => clip ?? []);
  const clip = judges?.clip;
  if (clip === undefined || Math.min(texts.length, rows.length) < pictures.length) return undefined;
  return { pictures: joinRows(rows), captions: (await clip.embedTexts(texts)).embeddings };
}

function noneUsable(
  { folders }: ReadCheckedOptions,
  unusable: readonly UnusablePicture[],
): AtelierError {
  const first = unusable.slice(0, 5).map(({ problem }) => problem);
  const problems = { template: first.map((_, at) => `\n  {${at}}`).join(""), params: first };
  return new AtelierError(
    "data",
    said`pictures ${folders.join(", ")}: expected pictures that can be used, got none among ${unusable.length}. Replace them.${problems}`,
    { context: { folders } },
  );
}
