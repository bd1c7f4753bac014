/** @file What is said of pictures, captions and the cache, in Korean. */

import type { SentencesOf } from "../core/warnings/warning.js";
import { listed } from "./list.js";
import { pictureFormatText } from "./picture-format-text.js";

const readCaptions =
  '여러 사진의 설명(캡션)은 metadata.jsonl 파일에서 사진마다 한 줄씩 읽습니다: {"file_name": "a.png", "text": "a caption"}.';

/** By code. */
export const dataSentences: SentencesOf<"data"> = {
  "unused-file": ({ path }) => `${path}: 사진도 설명(캡션)도 아니어서 쓰지 않습니다.`,
  "unused-files": ({ path, files }) =>
    `${path}: 사진도 설명(캡션)도 아닌 파일 ${files.count}개를 쓰지 않습니다: ${listed(files)}.`,
  "unread-captions": ({ path }) => `${path}: 쓰지 않습니다. ${readCaptions}`,
  "unused-beside-folders": ({ path, entries }) =>
    `${path}: "10_sks dog"처럼 이름 붙인 폴더가 있으므로 그 옆에 있는 것은 쓰지 않습니다: ${listed(entries)}.`,
  "unused-folder": ({ path, looksLikePicture }) =>
    `${path}: ${looksLikePicture ? "이름과 달리 " : ""}폴더입니다. 사진 폴더 안에 있는 폴더는 찾아보지 않습니다.`,
  "system-files": ({ path, entries, pictures }) => {
    const hidden =
      pictures.count === 0
        ? ""
        : ` 다음 사진을 쓰려면 이름 앞의 점을 지우세요: ${listed(pictures, "장")}.`;
    return `${path}: 시스템이 남기거나 숨기는 항목 ${entries.count}개를 건너뛰었습니다: ${listed(entries)}.${hidden}`;
  },
  "files-in-icloud": ({ path, files }) =>
    `${path}: 이 컴퓨터에 없고 iCloud에 있는 항목이 ${files.count}개 있습니다: ${listed(files)}. 먼저 내려받으세요(Finder의 "지금 다운로드").`,
  "unsupported-picture": ({ path, format }) => {
    const { name, advice } = pictureFormatText[format];
    return `${path}: ${name} 형식은 읽지 못하므로 쓰지 않습니다. ${advice}`;
  },
  "folder-repeats": ({ path, repeats, unusedWords }) => {
    const rest =
      unusedWords === undefined
        ? ""
        : ` 프롬프트가 있으므로 이름에 든 말은 쓰지 않습니다: "${unusedWords}".`;
    return `${path}: 폴더 이름을 sd-scripts 방식으로 읽어 에포크마다 사진을 ${repeats}번씩 보여 줍니다.${rest}`;
  },
  "folder-number-unused": ({ path, repeats }) =>
    `${path}: 폴더 이름의 숫자(${repeats})는 반영하지 않습니다. 이 숫자는 상위 폴더를 지정했을 때 반영됩니다. 반영하려면 data.repeats를 설정하세요.`,
  "folder-caption": ({ path, words, pictures: { count, first } }) => {
    const pictures = count === 1 ? `사진(${first[0]})` : `사진 ${count}장`;
    return `${path}: 설명(캡션)이 없는 ${pictures}에는 폴더 이름에 든 말을 설명으로 씁니다: "${words}".`;
  },
  "orphan-caption": ({ path }) => `${path}: 이름이 같은 사진이 없어 쓰지 않습니다.`,
  "shared-caption": ({ path, pictures }) =>
    `${path}: 사진 ${pictures.count}장이 이 설명(캡션)을 함께 씁니다: ${listed(pictures, "장")}.`,
  "caption-conflict": ({ path, used, unused }) =>
    `${path}: 설명(캡션)이 서로 다릅니다. 쓰는 것: ${used}. 쓰지 않는 것: ${listed(unused)}.`,
  "prompt-fallback": ({ path, captioned, total }) =>
    `${path}: 사진 ${total}장 중 ${captioned}장에 자체 설명(캡션)이 있습니다. 프롬프트는 ${total - captioned}장에 씁니다.`,
  "metadata-without-picture": ({ path, pictures, inside }) => {
    const hint =
      inside.count === 0
        ? ""
        : ` 이름은 이 파일이 있는 폴더를 기준으로 합니다. 폴더 없이 쓰세요: ${listed(inside, "장")}.`;
    return `${path}: 폴더에 없는 사진 ${pictures.count}장의 설명(캡션)이 들어 있습니다: ${listed(pictures, "장")}.${hint}`;
  },
  "metadata-duplicate": ({ path, picture, line }) =>
    `${path}: ${picture} 사진이 같은 설명(캡션)으로 두 번 나옵니다(${line}행).`,
  "first-frame": ({ picture }) => `${picture}: 움직이는 그림이므로 첫 프레임만 씁니다.`,
  enlarged: ({ picture, width, height, scale, toWidth, toHeight }) =>
    `${picture}: ${width}x${height} 사진을 ${scale.toFixed(2)}배 확대해 ${toWidth}x${toHeight} 크기로 씁니다. 모델이 흐릿함까지 배웁니다.`,
  "cache-damaged": ({ path, kind, label, problem }) => {
    const what = {
      latents: `${label} 사진의 latent`,
      "text-embeddings": `${label} 사진 설명의 텍스트 임베딩`,
      "drawn-latents": `기반 모델이 "${label}" 프롬프트로 그린 latent`,
      signatures: `${label} 사진의 이미지 지문`,
    }[kind];
    return `${path}: 캐시에 있는 데이터(${what})가 손상되어 다시 계산합니다: ${problem}`;
  },
};
