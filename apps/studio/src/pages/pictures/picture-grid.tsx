/** @file Pictures as a grid of thumbnails, of which only those in sight are there. */

import { useElementSize } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from "react";
import { useText } from "../../messages/language.js";
import type { Desk } from "./desk.js";
import { PictureTile, tileId } from "./picture-tile.js";
import classes from "./pictures.module.css";
import { allOrNone, clicked, moved, noSelection } from "./selection.js";
import { stickyTop, useScrollMargin } from "./use-scroll-margin.js";

const gap = 8;

/** The grid of a desk. */
export function PictureGrid({ desk }: { readonly desk: Desk }) {
  const { pictures: text } = useText();
  const { names, shown, selection, select } = desk;
  const { ref: measured, width } = useElementSize();
  const list = useRef<HTMLDivElement>(null);
  const { columns, cell } = columnsOf(width, desk.view.edge);
  const rows = useWindowVirtualizer({
    count: Math.ceil(shown.length / columns),
    estimateSize: () => cell + gap,
    overscan: 4,
    scrollMargin: useScrollMargin(list),
    scrollPaddingStart: stickyTop,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights follow from the cell
  useEffect(() => rows.measure(), [cell]);
  const active = selection.active === undefined ? -1 : names.indexOf(selection.active);

  const onClick = (event: MouseEvent) => {
    const name = nameAt(event.target);
    // Keys are the list's, which stays where tiles come and go.
    list.current?.focus({ preventScroll: true });
    if (name === undefined) return;
    const isTick = event.target instanceof Element && event.target.closest("[data-tick]") !== null;
    const isToggle = event.ctrlKey || event.metaKey || isTick;
    select(clicked(selection, names, name, { isToggle, isRange: event.shiftKey }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = afterKey(event, desk, columns);
    if (next === undefined) return;
    event.preventDefault();
    if (next === "handled") return;
    select(next);
    if (next.active !== undefined) {
      rows.scrollToIndex(Math.floor(names.indexOf(next.active) / columns));
    }
  };
  const items = rows.getVirtualItems();
  return (
    <div ref={measured}>
      <div
        ref={list}
        role="listbox"
        aria-label={text.list}
        aria-multiselectable
        tabIndex={0}
        {...(active >= 0 && { "aria-activedescendant": tileId(active) })}
        className={classes.grid}
        style={{ height: rows.getTotalSize() }}
        onClick={onClick}
        onDoubleClick={() => desk.openTab("picture")}
        onKeyDown={onKeyDown}
      >
        {items.map(({ index, start }) => (
          <div
            key={index}
            role="presentation"
            className={classes.row}
            style={{
              transform: `translateY(${start - rows.options.scrollMargin}px)`,
              gridTemplateColumns: `repeat(${columns}, ${cell}px)`,
            }}
          >
            {shown.slice(index * columns, (index + 1) * columns).map((picture, column) => (
              <PictureTile
                key={picture.name}
                dataset={desk.dataset.name}
                picture={picture}
                index={index * columns + column}
                count={shown.length}
                crop={desk.crops?.get(picture.name)}
                maskVersion={desk.maskVersion}
                edge={cell * devicePixelRatio > 400 ? 640 : 320}
                isChosen={selection.chosen.has(picture.name)}
                isActive={picture.name === selection.active}
                hasCaption={desk.captions.of(picture).trim() !== ""}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

/** What a key means: another selection, something that is done already, or nothing. */
function afterKey(event: KeyboardEvent, desk: Desk, columns: number) {
  const { names, selection, chosen, actions } = desk;
  const isToggle = event.ctrlKey || event.metaKey;
  const page = columns * 4;
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns },
    ...{ PageUp: -page, PageDown: page, Home: -names.length, End: names.length },
  };
  const by = steps[event.key];
  if (by !== undefined) {
    return moved(selection, names, by, { isToggle, isRange: event.shiftKey });
  }
  switch (event.key) {
    case " ":
      if (selection.active === undefined) return undefined;
      return clicked(selection, names, selection.active, { isToggle: true });
    case "a":
      return isToggle ? allOrNone({ ...selection, chosen: new Set() }, names) : undefined;
    case "Escape":
      return noSelection;
    case "Enter":
      desk.openTab("picture");
      return "handled";
    case "Delete":
    case "Backspace":
      actions.remove(chosen.map(({ name }) => name));
      return "handled";
    default:
      return undefined;
  }
}

function columnsOf(width: number, edge: number): { columns: number; cell: number } {
  const columns = Math.max(2, Math.floor((width + gap) / (edge + gap)));
  return { columns, cell: Math.max(32, (width - gap * (columns - 1)) / columns) };
}

function nameAt(target: EventTarget): string | undefined {
  const tile = target instanceof Element ? target.closest<HTMLElement>("[data-name]") : null;
  return tile?.dataset["name"];
}
