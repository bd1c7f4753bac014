/** @file What is said of pictures, captions and the cache. */

import type { SentencesOf } from "../core/warnings/warning.js";
import { counted, listed } from "./list.js";
import { pictureFormatText } from "./picture-format-text.js";

const readCaptions =
  'Captions of many pictures are read from metadata.jsonl, one line {"file_name": "a.png", "text": "a caption"} for each.';

/** By code. */
export const dataSentences: SentencesOf<"data"> = {
  "unused-file": ({ path }) => `${path} is not used: it is neither a picture nor a caption.`,
  "unused-files": ({ path, files }) =>
    `${path} holds ${files.count} files that are not used, being neither pictures nor captions: ${listed(files)}.`,
  "unread-captions": ({ path }) => `${path} is not used. ${readCaptions}`,
  "unused-beside-folders": ({ path, entries }) =>
    `${path} holds folders named as "10_sks dog"; of what is beside them nothing is used: ${listed(entries)}.`,
  "unused-folder": ({ path, looksLikePicture }) =>
    `${path} is a folder${looksLikePicture ? " in spite of its name" : ""}: folders inside a folder of pictures are not searched.`,
  "system-files": ({ path, entries, pictures }) => {
    const hidden =
      pictures.count === 0 ? "" : ` To use ${listed(pictures)}, take the dot off its name.`;
    return `${path} holds ${counted(entries.count, "entry", "entries")} that systems leave or hide, passed over: ${listed(entries)}.${hidden}`;
  },
  "files-in-icloud": ({ path, files }) =>
    `${path} holds ${counted(files.count, "entry", "entries")} in iCloud and not on this machine: ${listed(files)}. Download them first ("Download Now" in the Finder).`,
  "unsupported-picture": ({ path, format }) => {
    const { name, advice } = pictureFormatText[format];
    return `${path} is not used: ${name} is not read. ${advice}`;
  },
  "folder-repeats": ({ path, repeats, unusedWords }) => {
    const times = repeats === 1 ? "once" : `${repeats} times`;
    const rest =
      unusedWords === undefined
        ? ""
        : `; its words "${unusedWords}" do not count beside the prompt`;
    return `${path}: its pictures are shown ${times} an epoch, from its name as sd-scripts reads it${rest}.`;
  },
  "folder-number-unused": ({ path, repeats }) =>
    `${path}: the ${repeats} of its name does not count, as it does where the folder above is named. Set data.repeats where it should.`,
  "folder-caption": ({ path, words, pictures: { count, first } }) => {
    const pictures = count === 1 ? `picture ${first[0]}` : `${count} pictures`;
    return `${path}: "${words}", from the folder's name, is the caption of ${pictures} without one.`;
  },
  "orphan-caption": ({ path }) => `${path} is not used: no picture has its name.`,
  "shared-caption": ({ path, pictures }) =>
    `${path} is the caption of ${pictures.count} pictures: ${listed(pictures)}.`,
  "caption-conflict": ({ path, used, unused }) =>
    `${path} has captions that disagree: ${used} is used, not ${listed(unused)}.`,
  "prompt-fallback": ({ path, captioned, total }) =>
    `${path} has captions of its own for ${captioned} of ${counted(total, "picture", "pictures")}: the prompt is used for ${total - captioned}.`,
  "metadata-without-picture": ({ path, pictures, inside }) => {
    const hint =
      inside.count === 0
        ? ""
        : ` Names begin in the folder of the file: write ${listed(inside)} without a folder.`;
    return `${path} describes ${counted(pictures.count, "picture", "pictures")} that the folder does not hold: ${listed(pictures)}.${hint}`;
  },
  "metadata-duplicate": ({ path, picture, line }) =>
    `${path} names ${picture} twice with the same caption (line ${line}).`,
  "first-frame": ({ picture }) => `${picture} is animated: only its first frame is used.`,
  enlarged: ({ picture, width, height, scale, toWidth, toHeight }) =>
    `${picture} is ${width}x${height} and is enlarged ${scale.toFixed(2)} times to ${toWidth}x${toHeight}: the model learns its softness.`,
  "cache-damaged": ({ path, kind, label, problem }) => {
    const what = {
      latents: `latents of ${label}`,
      "text-embeddings": `text states of the caption of ${label}`,
      "drawn-latents": `latents that the base drew of "${label}"`,
      signatures: `signature of ${label}`,
    }[kind];
    return `${path}, the cached ${what}, is damaged and computed again: ${problem}`;
  },
};
