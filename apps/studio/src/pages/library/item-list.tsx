/** @file All that the library has, as cards or as a table, of which only those in sight exist. */

import type { Item } from "@atelier/server/api";
import { Text, UnstyledButton } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { TileGrid } from "../../parts/tile-grid.js";
import type { ItemOrder } from "./find-items.js";
import { ItemCard, ItemRow } from "./item-views.js";
import classes from "./library.module.css";

const nameOf = ({ name }: Item): string => name;

/** Cards. */
export function ItemCards({ items }: { readonly items: readonly Item[] }) {
  const { library: text } = useText();
  return (
    <TileGrid
      items={items}
      keyOf={nameOf}
      label={text.items}
      tileWidth={160}
      tileHeight={256}
      gap={16}
      isStretched
    >
      {(item) => <ItemCard item={item} />}
    </TileGrid>
  );
}

const columns = ["name", "kind", "family", "size"] as const;

/** A table whose heads order it. */
export function ItemTable({
  items,
  order,
  onOrder,
}: {
  readonly items: readonly Item[];
  readonly order: ItemOrder;
  readonly onOrder: (order: ItemOrder) => void;
}) {
  const { library: text } = useText();
  return (
    <div>
      <div className={classes.head}>
        <span />
        {columns.map((by) => {
          const isHere = order.by === by;
          return (
            <UnstyledButton
              key={by}
              fz="xs"
              c="var(--quiet)"
              ta={by === "size" ? "right" : "left"}
              className={by === "kind" || by === "family" ? classes.wide : ""}
              aria-pressed={isHere}
              onClick={() => onOrder({ by, isDown: isHere && !order.isDown })}
            >
              {`${text.columns[by]}${isHere ? (order.isDown ? " ↓" : " ↑") : ""}`}
            </UnstyledButton>
          );
        })}
        <Text size="xs" c="var(--quiet)" className={classes.wide}>
          {text.columns.triggers}
        </Text>
      </div>
      <TileGrid
        items={items}
        keyOf={nameOf}
        label={text.items}
        tileWidth={100_000}
        tileHeight={56}
        gap={4}
        isStretched
      >
        {(item) => <ItemRow item={item} />}
      </TileGrid>
    </div>
  );
}
