/** @file Choosing pictures by clicks and keys. */

import { describe, expect, it } from "vitest";
import {
  allOrNone,
  chosenOnly,
  clicked,
  moved,
  noSelection,
  type Selection,
  within,
} from "./selection.js";

const names = ["a", "b", "c", "d", "e"];
const shown = ({ chosen, active }: Selection) => `${[...chosen].sort().join("")} at ${active}`;

describe("clicked", () => {
  it("chooses one, adds and takes away with toggle, and a range with range", () => {
    const b = clicked(noSelection, names, "b");
    expect(shown(b)).toBe("b at b");
    const bd = clicked(b, names, "d", { isToggle: true });
    expect(shown(bd)).toBe("bd at d");
    expect(shown(clicked(bd, names, "b", { isToggle: true }))).toBe("d at b");
    const range = clicked(b, names, "d", { isRange: true });
    expect(shown(range)).toBe("bcd at d");
    expect(shown(clicked(range, names, "a", { isRange: true }))).toBe("ab at a");
    expect(shown(clicked(bd, names, "e", { isRange: true, isToggle: true }))).toBe("bde at e");
    expect(shown(clicked(noSelection, names, "c", { isRange: true }))).toBe("c at c");
  });
});

describe("moved", () => {
  it("goes on and back, stops at the ends, and begins at the first", () => {
    const first = moved(noSelection, names, 3);
    expect(shown(first)).toBe("a at a");
    expect(shown(moved(first, names, 3))).toBe("d at d");
    expect(shown(moved(first, names, -1))).toBe("a at a");
    expect(shown(moved(first, names, 99))).toBe("e at e");
    expect(shown(moved(first, names, 2, { isRange: true }))).toBe("abc at c");
    expect(shown(moved(first, names, 2, { isToggle: true }))).toBe("a at c");
    expect(moved(noSelection, [], 1)).toBe(noSelection);
  });
});

describe("allOrNone, chosenOnly, within", () => {
  it("chooses all, none, some, and forgets what has gone", () => {
    const all = allOrNone(noSelection, names);
    expect(all.chosen.size).toBe(5);
    expect(allOrNone(all, names).chosen.size).toBe(0);
    const two = chosenOnly(["b", "c"]);
    expect(shown(within(two, new Set(["c", "d"])))).toBe("c at undefined");
    expect(within(two, new Set(names))).toBe(two);
  });
});
