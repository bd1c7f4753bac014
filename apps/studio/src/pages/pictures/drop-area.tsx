/** @file A page that takes files and folders wherever they are dropped on it. */

import { DropVeil } from "../../parts/drop-veil.js";
import { usePageDrop } from "../../parts/use-page-drop.js";
import { type Dropped, readDrop } from "./read-drop.js";

/** Takes files that are dropped anywhere, and says so while they are above the page. */
export function DropArea({
  hint,
  onDrop,
}: {
  readonly hint: string;
  readonly onDrop: (dropped: Dropped) => void;
}) {
  const isOver = usePageDrop((_, transfer) => void readDrop(transfer).then(onDrop));
  return <DropVeil isShown={isOver} label={hint} />;
}
