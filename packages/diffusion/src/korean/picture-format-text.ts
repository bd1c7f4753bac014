/** @file Picture formats that are not read, and what to do with their pictures, in Korean. */

import type { pictureFormatText as english } from "../english/picture-format-text.js";

const convert = "PNG, WebP, JPEG 중 하나로 변환하세요.";

/** By format. */
export const pictureFormatText: typeof english = {
  gif: { name: "GIF(256색)", advice: "원하는 프레임을 PNG로 변환하세요." },
  tiff: { name: "TIFF", advice: convert },
  bmp: { name: "BMP", advice: convert },
  jxl: { name: "JPEG XL", advice: convert },
  jp2: { name: "JPEG 2000", advice: convert },
  svg: { name: "SVG(픽셀이 아닌 도형)", advice: "원하는 크기의 PNG로 렌더링하세요." },
  psd: { name: "Photoshop", advice: convert },
  heic: {
    name: "HEIC(HEVC에 특허가 있어 디코더에서 뺌)",
    advice:
      "휴대전화나 사진 프로그램에서 JPEG로 내보내거나, 파일에 `heif-convert` 명령을 실행하세요.",
  },
  raw: { name: "카메라 RAW", advice: "현상해서 JPEG, PNG, AVIF 중 하나로 내보내세요." },
};
