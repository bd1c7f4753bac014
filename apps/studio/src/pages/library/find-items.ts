/** @file Which items of the library a search shows, and in which order. */

import type { Item } from "@atelier/server/api";

/** What is looked for. */
export interface ItemSearch {
  readonly kind: Item["kind"] | "all";
  readonly words: string;
  readonly order: ItemOrder;
}

/** By which column, and which way. */
export interface ItemOrder {
  readonly by: "name" | "kind" | "family" | "size" | "changed";
  readonly isDown: boolean;
}

/** Items of the kind in which each word is found: in the name, a trigger word, the family or what made it. */
export function findItems(items: readonly Item[], { kind, words, order }: ItemSearch): Item[] {
  const sought = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = items.filter((item) => {
    if (kind !== "all" && item.kind !== kind) return false;
    const { name, triggers, family = "", form, method = "", base = "", run = "" } = item;
    const text = [name, ...triggers, family, form, method, base, run].join("\n").toLowerCase();
    return sought.every((word) => text.includes(word));
  });
  const sign = order.isDown ? -1 : 1;
  return found.sort(
    (one, other) => sign * compare(one, other, order.by) || one.name.localeCompare(other.name),
  );
}

function compare(one: Item, other: Item, by: ItemOrder["by"]): number {
  switch (by) {
    case "name":
      return one.name.localeCompare(other.name);
    case "kind":
      return one.kind.localeCompare(other.kind);
    case "family":
      return (one.family ?? "").localeCompare(other.family ?? "");
    case "size":
      return one.bytes - other.bytes;
    case "changed":
      return one.changed.localeCompare(other.changed);
    default:
      return by satisfies never;
  }
}
