/** @file Captions beside their pictures, to be read and written one after the other. */

import type { Picture } from "@atelier/server/api";
import { Checkbox, Text, Textarea } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useText } from "../../messages/language.js";
import type { Desk } from "./desk.js";
import { PictureFace } from "./picture-tile.js";
import classes from "./pictures.module.css";
import { clicked } from "./selection.js";
import { stickyTop, useScrollMargin } from "./use-scroll-margin.js";

const rowHeight = 128;

/** The list of a desk. */
export function CaptionList({ desk }: { readonly desk: Desk }) {
  const { pictures: text } = useText();
  const { shown } = desk;
  const list = useRef<HTMLUListElement>(null);
  const rows = useWindowVirtualizer({
    count: shown.length,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollMargin: useScrollMargin(list),
    scrollPaddingStart: stickyTop,
  });
  return (
    <ul
      ref={list}
      className={classes.captions}
      style={{ height: rows.getTotalSize() }}
      aria-label={text.list}
    >
      {rows.getVirtualItems().map(({ index, start }) => {
        const picture = shown[index];
        if (picture === undefined) return null;
        return (
          <li
            key={picture.name}
            className={classes.captionRow}
            aria-setsize={shown.length}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
          >
            <CaptionRow desk={desk} picture={picture} />
          </li>
        );
      })}
    </ul>
  );
}

function CaptionRow({ desk, picture }: { readonly desk: Desk; readonly picture: Picture }) {
  const { pictures: text, common } = useText();
  const { selection, select, names, captions } = desk;
  const { name } = picture;
  const isChosen = selection.chosen.has(name);
  const choose = (isRange: boolean) =>
    select(clicked(selection, names, name, { isToggle: !isRange, isRange }));
  return (
    <>
      <Checkbox
        checked={isChosen}
        aria-label={text.choose(name)}
        onChange={() => {}}
        onClick={({ shiftKey }) => choose(shiftKey)}
      />
      <button
        type="button"
        className={classes.rowPicture}
        data-chosen={isChosen || undefined}
        aria-label={text.openPicture(name)}
        onClick={() => {
          select(clicked(selection, names, name));
          desk.openTab("picture");
        }}
      >
        <PictureFace
          dataset={desk.dataset.name}
          picture={picture}
          crop={desk.crops?.get(name)}
          maskVersion={desk.maskVersion}
        />
      </button>
      <div className={classes.rowText}>
        <Text size="xs" c="var(--quiet)" truncate>
          {text.pictureFacts(picture, common.bytes(picture.bytes))}
        </Text>
        <Textarea
          aria-label={text.captionOf(name)}
          placeholder={text.captionPlaceholder}
          value={captions.of(picture)}
          onChange={({ currentTarget: { value } }) => captions.write(new Map([[name, value]]))}
          rows={3}
          size="sm"
        />
      </div>
    </>
  );
}
