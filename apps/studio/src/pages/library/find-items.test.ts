import type { Item } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { findItems, type ItemSearch } from "./find-items.js";

const item = (name: string, more: Partial<Item> = {}): Item => ({
  name,
  kind: "adapter",
  bytes: 1_000,
  changed: "2026-01-01T00:00:00.000Z",
  form: "kohya",
  triggers: [],
  hasPicture: false,
  problems: [],
  ...more,
});

const items = [
  item("mascot.safetensors", { triggers: ["sks"], family: "sd1", bytes: 3_000 }),
  item("watercolour.safetensors", { family: "sdxl", changed: "2026-02-01T00:00:00.000Z" }),
  item("base", { kind: "model", family: "sd1", bytes: 9_000_000 }),
];
const search: ItemSearch = { kind: "all", words: "", order: { by: "name", isDown: false } };
const names = (changed: Partial<ItemSearch>) =>
  findItems(items, { ...search, ...changed }).map(({ name }) => name);

describe("findItems", () => {
  it("finds each word in name, trigger words or family, in any case", () => {
    expect(names({ words: "SKS" })).toEqual(["mascot.safetensors"]);
    expect(names({ words: "sd1" })).toEqual(["base", "mascot.safetensors"]);
    expect(names({ words: "sd1 mas" })).toEqual(["mascot.safetensors"]);
    expect(names({ words: "sd1 water" })).toEqual([]);
  });

  it("shows one kind", () => {
    expect(names({ kind: "model" })).toEqual(["base"]);
    expect(names({ kind: "word" })).toEqual([]);
  });

  it("orders by a column, both ways, and by name where that says nothing", () => {
    expect(names({ order: { by: "size", isDown: true } })).toEqual([
      "base",
      "mascot.safetensors",
      "watercolour.safetensors",
    ]);
    expect(names({ order: { by: "changed", isDown: true } })[0]).toBe("watercolour.safetensors");
    expect(names({ order: { by: "family", isDown: false } })).toEqual([
      "base",
      "mascot.safetensors",
      "watercolour.safetensors",
    ]);
  });
});
