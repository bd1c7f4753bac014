/** @file Icons and backgrounds as SVG documents, to be rasterised one by one and laid over each other. */

import { type Background, backgroundDrawing } from "./backgrounds.js";

/** An icon as icon sets store it: SVG elements and the box that they are drawn in. */
export interface Icon {
  readonly body: string;
  /** Left, top, width and height of what is shown, in the icon's own units. */
  readonly box: readonly [left: number, top: number, width: number, height: number];
}

/** The document of a background, `side` pixels wide and high. */
export function backgroundSvg(background: Background, side: number): string {
  return svg([0, 0, 64, 64], side, "xMidYMid", backgroundDrawing(background));
}

/**
 * The document of an icon, `side` pixels wide and high. The longer side of its box fills the
 * document; across it the icon lies in the middle or stands on the lower edge.
 */
export function iconSvg(
  { body, box }: Icon,
  side: number,
  align: "middle" | "bottom" = "middle",
): string {
  return svg(box, side, align === "middle" ? "xMidYMid" : "xMidYMax", body);
}

function svg(box: Icon["box"], side: number, aspect: string, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="${box.join(" ")}" width="${side}" height="${side}" preserveAspectRatio="${aspect}">${content}</svg>`;
}
