/** @file Where pictures are fetched from. */

import { addressOf, type Drawn, routes } from "@atelier/server/api";

/** Edge of the smaller picture that grids show: twice a tile, for dense screens. */
const thumbnailEdge = 384;

/** The picture's file. */
export function drawingAddress({ name }: Pick<Drawn, "name">): string {
  return addressOf(routes.library.drawing, { drawing: name });
}

/** The picture as grids show it. */
export function thumbnailAddress({ name }: Pick<Drawn, "name">): string {
  return addressOf(routes.library.drawing, { drawing: name }, { edge: thumbnailEdge });
}
