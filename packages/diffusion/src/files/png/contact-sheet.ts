/**
 * @file Many pictures on one sheet, to look at samples side by side. Tiny pictures are enlarged
 * without smoothing, so that what one sees is what the model drew.
 */

import { AtelierError, said } from "@atelier/engine";
import { checkRgb, type RgbPicture } from "../../core/rgb-picture.js";
import { glyphRows, glyphSize } from "./pixel-font.js";

/** Options of {@link contactSheet}. */
export interface ContactSheetOptions {
  /** Pictures in a row; by default as many as make the sheet about square. */
  readonly columns?: number;
  /** Each pixel becomes a square of this side; by default so that cells are 128 pixels or more. */
  readonly enlarge?: number;
  /** Text below each picture, in as many lines as the longest one needs; none by default. */
  readonly labels?: readonly string[];
  /** Pixels between pictures. */
  readonly gap?: number;
}

const paper = 255;
const ink = 32;
/** Side of one dot of the font, and the room around a line of it. */
const dot = 2;
const advance: number = dot * (glyphSize.width + 1);
const lineHeight: number = dot * (glyphSize.height + 3);

/**
 * Lays pictures out in rows, in reading order; {@link encodePng} makes a file of the sheet.
 * @throws AtelierError `config` without pictures or for numbers that are not positive integers,
 * `shape` when bytes do not fill a picture.
 */
export function contactSheet(
  pictures: readonly RgbPicture[],
  options: ContactSheetOptions = {},
): RgbPicture {
  for (const picture of pictures) checkRgb("contactSheet", picture);
  const widest = Math.max(1, ...pictures.map((picture) => picture.width));
  const highest = Math.max(1, ...pictures.map((picture) => picture.height));
  const {
    columns = Math.ceil(Math.sqrt(pictures.length)),
    enlarge = Math.max(1, Math.ceil(128 / Math.max(widest, highest))),
    labels = [],
    gap = 4,
  } = options;
  checkPositive("number of pictures", pictures.length);
  checkPositive("columns", columns);
  checkPositive("enlarge", enlarge);
  const cellWidth = widest * enlarge + gap;
  const texts = labels.map((label) => wrap(label, widest * enlarge));
  const lines = Math.max(0, ...texts.map((text) => text.length));
  const cellHeight = highest * enlarge + gap + lines * lineHeight;
  const usedColumns = Math.min(columns, pictures.length);
  const width = usedColumns * cellWidth + gap;
  const height = Math.ceil(pictures.length / columns) * cellHeight + gap;
  const sheet = { width, height, data: new Uint8Array(3 * width * height).fill(paper) };
  for (const [index, picture] of pictures.entries()) {
    const left = gap + (index % columns) * cellWidth;
    const top = gap + Math.floor(index / columns) * cellHeight;
    drawPicture(sheet, picture, { left, top, enlarge });
    const below = top + picture.height * enlarge + dot;
    for (const [line, text] of (texts[index] ?? []).entries()) {
      drawLine(sheet, text, { left, top: below + line * lineHeight });
    }
  }
  return sheet;
}

function drawPicture(
  sheet: RgbPicture,
  picture: RgbPicture,
  { left, top, enlarge }: { readonly left: number; readonly top: number; readonly enlarge: number },
): void {
  for (let y = 0; y < picture.height * enlarge; y++) {
    for (let x = 0; x < picture.width * enlarge; x++) {
      const source = Math.floor(y / enlarge) * picture.width + Math.floor(x / enlarge);
      const target = (top + y) * sheet.width + left + x;
      sheet.data.set(picture.data.subarray(3 * source, 3 * source + 3), 3 * target);
    }
  }
}

/** Breaks a text between words into lines of at most `room` pixels; longer words are cut. */
function wrap(text: string, room: number): string[] {
  const longest = Math.floor((room + dot) / advance);
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.pop() ?? "";
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || Array.from(longer).length <= longest) lines.push(longer);
    else lines.push(line, word);
  }
  return lines.map((line) => Array.from(line).slice(0, longest).join(""));
}

function drawLine(
  sheet: RgbPicture,
  line: string,
  { left, top }: { readonly left: number; readonly top: number },
): void {
  for (const [index, character] of Array.from(line).entries()) {
    for (const [row, pixels] of glyphRows(character).entries()) {
      for (const [column, isInk] of pixels.entries()) {
        if (!isInk) continue;
        drawDot(sheet, left + index * advance + column * dot, top + row * dot);
      }
    }
  }
}

function drawDot(sheet: RgbPicture, left: number, top: number): void {
  for (let y = top; y < top + dot; y++) {
    const start = 3 * (y * sheet.width + left);
    sheet.data.fill(ink, start, start + 3 * dot);
  }
}

function checkPositive(name: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new AtelierError(
    "config",
    said`contactSheet: expected ${name} to be a positive integer, got ${value}.`,
  );
}
