/** @file What the instance judge may see: nothing that is held out. */

import { describe, expect, it } from "vitest";
import { createInstanceIcons } from "../adapters/instance-icons.js";
import { heldOutConcepts, type StyleName } from "../world/concepts.js";
import { createDraws } from "../world/draws.js";
import { createInstancePools, drawInstance, type InstancePools } from "./instance-pool.js";

const icons = createInstanceIcons();

async function realPools(): Promise<InstancePools> {
  const names = new Map<StyleName, readonly string[]>();
  for (const style of ["noto", "twemoji", "fluent", "openmoji"] as const) {
    names.set(style, await icons.namesOf(style));
  }
  return createInstancePools(names);
}

describe("createInstancePools", () => {
  it("holds thousands of things back from no one but those that must not be seen", async () => {
    const { training, evaluation, unseenStyle } = await realPools();
    const shown = new Set(training.icons);
    expect(shown.size).toBeGreaterThan(1300);
    expect(evaluation.icons.length).toBeGreaterThan(100);
    expect(unseenStyle.icons.length).toBeGreaterThan(1300);
    expect(evaluation.icons.filter((icon) => shown.has(icon))).toEqual([]);
    for (const { icon } of heldOutConcepts) {
      for (const pool of [training, evaluation, unseenStyle])
        expect(pool.icons).not.toContain(icon);
    }
    expect(training.styles).not.toContain("openmoji");
    expect(unseenStyle.styles).toEqual(["openmoji"]);
  });

  it("holds out people of a kind together", async () => {
    const { training, evaluation } = await realPools();
    const kind = (icon: string) => icon.replace(/^(?:wo)?man-/, "");
    const heldOut = new Set(evaluation.icons.map(kind));
    expect(evaluation.icons).toContain("woman-superhero");
    expect(training.icons.filter((icon) => heldOut.has(kind(icon)))).toEqual([]);
  });

  it("leaves out skins and what only one set has, and finds names with a common word", () => {
    const names = ["sad-face", "glad-face", "face-with-hat", "sad-face-medium-skin-tone", "tree"];
    const { training, evaluation } = createInstancePools(
      new Map([
        ["noto", [...names, "lonely-flag"]],
        ["fluent", names],
      ]),
    );
    const all = [training, evaluation].flatMap((pool) => pool.icons);
    expect(all.sort()).toEqual(["face-with-hat", "glad-face", "sad-face", "tree"]);
    const draws = createDraws({ seed: 1, index: 1, stream: 1 });
    const faces = training.icons.filter((icon) => icon.includes("face"));
    for (let i = 0; i < 20; i++) {
      expect(faces).toContain(training.similar("noto", "sad-face", draws));
      expect(training.similar("noto", "sad-face", draws)).not.toBe("sad-face");
      expect(training.icons).toContain(drawInstance(training, draws).icon);
    }
  });
});
