/** @file A sheet of what a model draws beside renders of the same captions: the first prompts, not the best. */

import type { RgbPicture } from "@atelier/diffusion/core";
import { contactSheet } from "@atelier/diffusion/files";
import type { DrawnScene } from "./draw-scenes.js";

/** Prompts on the sheet, and pictures of each, the render included. */
const shownPrompts = 24;
const shownPictures = 4;

/** Two prompts in a row, each a render and then what was drawn. */
export function qualitySheet(drawn: readonly DrawnScene[]): RgbPicture {
  const shownScenes = drawn.slice(0, shownPrompts);
  const cells = shownScenes.flatMap(({ prompt, seed, generated, render }) => {
    const shown = generated
      .slice(0, shownPictures - 1)
      .map((picture, index) => ({ picture, label: `seed ${seed + index}` }));
    return [{ picture: render, label: prompt }, ...shown];
  });
  const pictures = cells.map(({ picture }) => picture);
  const labels = cells.map(({ label }) => label);
  return contactSheet(pictures, {
    columns: (2 * cells.length) / shownScenes.length,
    enlarge: 2,
    labels,
  });
}
