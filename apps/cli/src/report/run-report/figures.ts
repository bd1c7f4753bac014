/** @file Pictures within a page. */

import { html, type Markup } from "@atelier/base";
import { dataUri, type RgbPicture } from "@atelier/diffusion/core";
import { encodePng } from "@atelier/diffusion/files";

/** A picture as a page takes it. */
export interface EncodedPicture {
  /** A data URI. */
  readonly source: string;
  /** What it shows, for those who cannot see it. */
  readonly label: string;
}

/** Encodes a picture without loss. */
export async function encodePicture(picture: RgbPicture, label: string): Promise<EncodedPicture> {
  return { source: dataUri("image/png", await encodePng(picture)), label };
}

/** A picture, with a caption below it where there is one. */
export function figure({ source, label }: EncodedPicture, caption?: string): Markup {
  const below = caption === undefined ? undefined : html`<figcaption>${caption}</figcaption>`;
  return html`<figure><img src="${source}" alt="${label}">${below}</figure>`;
}
