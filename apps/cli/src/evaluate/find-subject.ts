/** @file The subject of an evaluation: its pictures, their captions, and the words for it. */

import type { RgbPicture } from "@atelier/diffusion/core";
import {
  type CaptionedPicture,
  captionsOfWord,
  probePicture,
  readCaptionedFolder,
  readPictureFile,
} from "@atelier/diffusion/data";
import type { ProtocolName, SubjectWords } from "@atelier/diffusion/evaluate";
import { sharpPictures } from "@atelier/diffusion/node";
import type { RunRecord } from "@atelier/diffusion/train";
import type { DataConfig, TrainConfig } from "@atelier/diffusion/train-config";
import { AtelierError, type Sentence, said } from "@atelier/engine";
import type { CliContext } from "../cli-context.js";
import type { Progress } from "../progress.js";
import { wholeWord } from "../whole-word.js";
import { completeWords, nameSubject, wordsOfConfig } from "./subject-words.js";

/** A picture that was learned from. */
export interface RealPicture {
  readonly name: string;
  readonly path: string;
  readonly picture: RgbPicture;
}

/** What was learned, and from what. */
export interface EvaluatedSubject {
  readonly words: SubjectWords;
  readonly token: string;
  readonly pictures: readonly RealPicture[];
  /** That training has shown. */
  readonly captions: readonly string[];
}

/** What is known of it. */
export interface SubjectSource {
  readonly flags: {
    readonly pictures?: string;
    readonly token?: string;
    readonly class?: string;
  };
  readonly run: RunRecord | undefined;
  /** Whether the token is a new word, which stands for the subject alone. */
  readonly isNewWord: boolean;
  readonly protocol: ProtocolName;
  /** What was named, for messages. */
  readonly named: string;
  readonly progress: Progress;
}

/**
 * Finds pictures and words: as the flags say, else as the run has recorded.
 * @throws AtelierError `config` where pictures or words are said nowhere; `data` for pictures that cannot be read.
 */
export async function findSubject(
  context: CliContext,
  source: SubjectSource,
): Promise<EvaluatedSubject> {
  const { flags, run, protocol, named } = source;
  const listed = await listPictures(context, source);
  const captions = learnedCaptions(run?.config, listed);
  const given = { token: flags.token, className: flags.class };
  const recorded = run === undefined ? {} : wordsOfConfig(run.config);
  const known = completeWords(
    {
      token: given.token ?? recorded.token,
      className: given.className ?? recorded.className,
    },
    // What else a run has learned beside the subject lies in further folders.
    learnedCaptions(
      run?.config,
      listed.filter(({ path }) => isBelow(path, listed[0]?.path)),
    ),
  );
  const { token, className } = known;
  // Textual Inversion's protocol draws nothing of the class.
  const needsClass = protocol === "dreambooth" && (className ?? "") === "";
  if (token === undefined || needsClass) {
    throw new AtelierError("config", noWords(named, { token, className }, captions.slice(0, 2)));
  }
  const isNewWord = source.isNewWord || run?.config.embedding?.token === token;
  const words = nameSubject({ token, className: className ?? "" }, { captions, isNewWord });
  const own = flags.pictures === undefined ? ofSubject(listed, run, token) : listed;
  const pictures: RealPicture[] = [];
  for (const { name, path } of own) {
    const bytes = await readPictureFile(context.files, path);
    await probePicture({ name, bytes }, sharpPictures, {
      animated: "first-frame",
      minSidePixels: 1,
    });
    const options = { background: [255, 255, 255], maxPixels: 2 ** 27 } as const;
    pictures.push({ name, path, picture: await sharpPictures.decode(bytes, name, options) });
  }
  return { words, token, pictures, captions };
}

function noWords(
  named: string,
  {
    token,
    className,
  }: { readonly token: string | undefined; readonly className: string | undefined },
  captions: readonly string[],
): Sentence {
  const missing =
    token !== undefined
      ? said`the class of the subject`
      : className !== undefined
        ? said`the word that was taught`
        : said`the word that was taught and its class`;
  const examples = captions.map((caption) => `“${caption}”`).join(", ");
  const reason =
    captions.length === 0
      ? said`nothing is recorded of it`
      : said`captions such as ${examples} do not tell`;
  return said`evaluate ${named}: expected ${missing}, got none: ${reason}. Say for example --token ${token ?? "sks"} --class ${className ?? "dog"}.`;
}

async function listPictures(
  { files }: CliContext,
  { flags, run, named, progress }: SubjectSource,
): Promise<readonly CaptionedPicture[]> {
  if (flags.pictures !== undefined) {
    // Captions are of use and not needed.
    const read = await readCaptionedFolder(files, flags.pictures, { prompt: named });
    progress.tell(read.warnings.filter(({ code }) => code !== "prompt-fallback"));
    return read.pictures.map((picture) =>
      picture.captionSource === "prompt" ? { ...picture, caption: "" } : picture,
    );
  }
  if (run === undefined) {
    throw new AtelierError(
      "config",
      said`evaluate ${named}: expected the pictures that it was trained on, got none: the file does not say where they are. Name their folder with --pictures.`,
    );
  }
  const { data, embedding } = run.config;
  const pictures: CaptionedPicture[] = [];
  const folders: DataConfig["folders"] = [{ folder: data.folder }, ...data.folders];
  for (const folder of folders) {
    const { prompt = data.prompt, captions = data.captions } = folder;
    // A word with a kind is trained on templates, so that its pictures may have no captions.
    const options = { prompt: prompt ?? embedding?.token, onlyPrompt: captions === "prompt" };
    pictures.push(...(await readCaptionedFolder(files, folder.folder, options)).pictures);
  }
  return pictures;
}

/** Whether a picture lies in the folder of another one. */
function isBelow(path: string, other = ""): boolean {
  const folder = (whole: string) => whole.slice(0, -(whole.split(/[\\/]/).at(-1) ?? "").length);
  return folder(path) === folder(other);
}

function learnedCaptions(
  config: Pick<TrainConfig, "embedding"> | undefined,
  pictures: readonly CaptionedPicture[],
): string[] {
  const { token, kind } = config?.embedding ?? {};
  if (token !== undefined && kind !== undefined) return captionsOfWord(token, kind);
  return [...new Set(pictures.map(({ caption }) => caption))].filter((caption) => caption !== "");
}

/** A run's pictures of the subject: beside them it may have learned others, such as what it should not forget. */
function ofSubject(
  pictures: readonly CaptionedPicture[],
  run: RunRecord | undefined,
  token: string,
): readonly CaptionedPicture[] {
  if (run?.config.embedding?.kind !== undefined) return pictures;
  const own = pictures.filter(({ caption }) => wholeWord(token).test(caption));
  return own.length === 0 ? pictures : own;
}
