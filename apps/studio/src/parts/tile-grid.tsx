/** @file A grid of tiles of one size, of which only those in sight exist: ten thousand are as quick as ten. */

import { useElementSize } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useState } from "react";
import classes from "./tile-grid.module.css";

/** What is shown, and how large. */
export interface TileGridProps<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Of the list, for those who do not see it. */
  readonly label: string;
  readonly children: (item: T, index: number) => ReactNode;
  /** Width of a tile; pictures of 64 pixels are enlarged in whole steps by its default. */
  readonly tileWidth?: number;
  /** Whether tiles fill the width rather than keep their own. */
  readonly isStretched?: boolean;
  /** What a tile is higher than wide. */
  readonly captionHeight?: number;
  /** Of a tile, where it does not depend on its width. */
  readonly tileHeight?: number | undefined;
  readonly gap?: number;
  /** Called when the end comes near, to load more. */
  readonly onNearEnd?: (() => void) | undefined;
}

/** Tiles in rows; the window scrolls. */
export function TileGrid<T>({
  items,
  keyOf,
  label,
  children,
  tileWidth = 192,
  isStretched = false,
  captionHeight = 0,
  tileHeight,
  gap = 8,
  onNearEnd,
}: TileGridProps<T>) {
  const { ref, width } = useElementSize<HTMLUListElement>();
  const columns = Math.max(1, Math.floor((width + gap) / (tileWidth + gap)));
  // Two columns stay on a telephone.
  const count = columns === 1 && tileHeight === undefined ? 2 : columns;
  const stretched = Math.floor((width - (count - 1) * gap) / count);
  const side = isStretched || stretched < tileWidth ? stretched : tileWidth;
  const height = (tileHeight ?? side + captionHeight) + gap;
  const [list, setList] = useState<HTMLUListElement | null>(null);
  const rows = Math.ceil(items.length / count);
  const virtualizer = useWindowVirtualizer({
    count: width === 0 ? 0 : rows,
    estimateSize: () => height,
    overscan: 4,
    scrollMargin: useTop(list),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is measured depends on the height of a row.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, height]);
  const shown = virtualizer.getVirtualItems();
  const isNearEnd = (shown.at(-1)?.index ?? -1) >= rows - 2;
  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, onNearEnd]);
  return (
    <ul
      ref={(element) => {
        ref(element);
        setList(element);
      }}
      aria-label={label}
      className={classes.list}
      style={{ height: Math.max(0, rows * height - gap) }}
    >
      {shown.flatMap(({ index: row, start }) =>
        items.slice(row * count, (row + 1) * count).map((item, column) => (
          <li
            key={keyOf(item)}
            aria-setsize={items.length}
            aria-posinset={row * count + column + 1}
            className={classes.tile}
            style={{
              width: side,
              height: height - gap,
              transform: `translate(${column * (side + gap)}px, ${start - virtualizer.options.scrollMargin}px)`,
            }}
          >
            {children(item, row * count + column)}
          </li>
        )),
      )}
    </ul>
  );
}

/** How far below the top of the page an element begins, also when what is above it grows. */
function useTop(element: HTMLElement | null): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (element === null) return;
    const measure = (): void => setTop(element.getBoundingClientRect().top + window.scrollY);
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    for (const sibling of element.parentElement?.children ?? []) observer.observe(sibling);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return top;
}
