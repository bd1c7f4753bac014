/** @file The picture of an item, or a sign of its kind where it bears none. */

import { addressOf, type Item, routes } from "@atelier/server/api";
import { Box, Puzzle, Type } from "lucide-react";
import { Picture } from "../../parts/picture.js";

const icons = { model: Box, adapter: Puzzle, word: Type } as const;

/** The picture. */
export function ItemPicture({ item, alt = "" }: { readonly item: Item; readonly alt?: string }) {
  const { kind, name, hasPicture } = item;
  if (hasPicture) return <Picture src={addressOf(routes.library.picture, { name })} alt={alt} />;
  const Icon = icons[kind];
  return <Icon size={32} strokeWidth={1} aria-hidden />;
}
