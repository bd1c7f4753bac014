/** @file The picture that was learned least is named, unless it was held out. */

import { describe, expect, it } from "vitest";
import { changesOf } from "./picture-changes.js";

const picture = (name: string, first: number, last: number, isHeldOut = false) => ({
  ...{ name, first, last, isHeldOut },
});

describe("errors by picture", () => {
  it("come the least learned first, and the worst of those in training is named", () => {
    const { rows, worst } = changesOf([
      picture("a.png", 0.2, 0.1),
      picture("b.png", 0.1, 0.09),
      picture("c.png", 0.1, 0.12, true),
    ]);
    expect(rows.map(({ name, change }) => [name, change.toFixed(2)])).toEqual([
      ["c.png", "0.20"],
      ["b.png", "-0.10"],
      ["a.png", "-0.50"],
    ]);
    expect(worst?.name).toBe("b.png");
  });

  it("name no worst of one picture, and leave out what was not measured", () => {
    expect(changesOf([picture("a.png", 0.2, 0.1)]).worst).toBeUndefined();
    expect(changesOf([picture("a.png", 0, 0)]).rows).toEqual([]);
  });
});
