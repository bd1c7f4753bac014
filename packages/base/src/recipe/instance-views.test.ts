/** @file Batches of views: the same for the same step, and never of what is held out. */

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createInstanceIcons } from "../adapters/instance-icons.js";
import { heldOutConcepts, type StyleName } from "../world/concepts.js";
import { createDraws } from "../world/draws.js";
import { drawGroups, groupSize } from "./instance-groups.js";
import { createInstancePools } from "./instance-pool.js";
import { instanceBatch } from "./instance-recipe.js";
import { drawView, type InstanceIcons, renderView } from "./instance-views.js";

const icons = createInstanceIcons();
const names = new Map<StyleName, readonly string[]>();
for (const style of ["noto", "twemoji", "fluent", "openmoji"] as const) {
  names.set(style, await icons.namesOf(style));
}
const pools = createInstancePools(names);

describe("instanceBatch", () => {
  it("gives the same bytes for the same step, whatever was drawn before", async () => {
    const hashOf = async (from: InstanceIcons, step: number) => {
      const { pictures } = await instanceBatch(step, {
        ...{ pool: pools.training, icons: from, groups: 2 },
      });
      expect(pictures?.shape).toEqual([16, 3, 64, 64]);
      return createHash("sha256").update(String(pictures?.data)).digest("hex");
    };
    const first = [await hashOf(icons, 3), await hashOf(icons, 4)];
    expect(new Set(first).size).toBe(2);
    const fresh = createInstanceIcons();
    expect([await hashOf(fresh, 4), await hashOf(fresh, 3)].reverse()).toEqual(first);
  });
});

describe("views", () => {
  it("of training show nothing that is held out", async () => {
    const asked: { style: StyleName; icon: string }[] = [];
    const watched: InstanceIcons = {
      ...icons,
      cutoutOf(style, icon) {
        asked.push({ style, icon });
        return icons.cutoutOf(style, icon);
      },
    };
    for (let step = 1; step <= 20; step++) {
      await instanceBatch(step, { pool: pools.training, icons: watched, groups: 2 });
    }
    expect(asked.length).toBeGreaterThan(400);
    const heldOut = new Set([
      ...heldOutConcepts.map(({ icon }) => icon),
      ...pools.evaluation.icons,
    ]);
    expect(asked.filter(({ style, icon }) => style === "openmoji" || heldOut.has(icon))).toEqual(
      [],
    );
  });

  it("differ in place, size and background, and show the thing first", async () => {
    const instance = { style: "noto", icon: "robot", hue: 0 } as const;
    const draws = createDraws({ seed: 5, index: 1, stream: 9 });
    const views = Array.from({ length: 40 }, () => drawView(instance, pools.training, draws));
    expect(views.every(({ layers: [first] }) => first?.icon === "robot")).toBe(true);
    const distinct = (values: readonly unknown[]) => new Set(values).size;
    expect(distinct(views.map(({ background }) => background.name))).toBeGreaterThan(10);
    expect(distinct(views.map(({ layers }) => layers[0]?.place.x))).toBeGreaterThan(20);
    expect(distinct(views.map(({ layers }) => layers.length))).toBeGreaterThan(1);
    const pictures = await Promise.all(views.map((view) => renderView(icons, view)));
    expect(distinct(pictures.map(({ data }) => data.join()))).toBe(views.length);
  });
});

describe("drawGroups", () => {
  it("sets a thing beside itself in another style and other colours, and beside a namesake", async () => {
    const draws = createDraws({ seed: 6, index: 1, stream: 9 });
    const things = await drawGroups(30, { pool: pools.training, icons, draws });
    const groups = Array.from({ length: 30 }, (_, i) =>
      things.slice(i * groupSize, (i + 1) * groupSize),
    );
    const share = (claim: (group: typeof things) => boolean) => groups.filter(claim).length / 30;
    expect(share(([a, b]) => a?.icon === b?.icon && a?.style !== b?.style)).toBeGreaterThan(0.8);
    // Without a colour to move, as that of black letters, there is none.
    expect(share(([a, , c]) => a?.icon === c?.icon && a?.hue !== c?.hue)).toBeGreaterThan(0.6);
    expect(share(([a, , , d]) => a?.icon !== d?.icon && a?.hue === d?.hue)).toBeGreaterThan(0.8);
    expect(new Set(things.map((thing) => JSON.stringify(thing))).size).toBe(things.length);
  });
});
