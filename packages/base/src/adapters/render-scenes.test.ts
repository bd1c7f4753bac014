/** @file Renders: the same bytes for the same scene, every concept in every style. */

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { backgrounds } from "../world/backgrounds.js";
import {
  type AccessoryName,
  accessories,
  allConcepts,
  heldOutStyles,
  trainingStyles,
} from "../world/concepts.js";
import { pictureSize } from "../world/layout.js";
import { objectWeights } from "../world/object-weights.js";
import { plainScene, sceneAt } from "../world/scene.js";
import { createSceneRenderer } from "./render-scenes.js";

const renderer = createSceneRenderer();
const styles = [...trainingStyles, ...heldOutStyles];

/** Share of pixels in which two pictures differ by more than rounding. */
function difference(a: Uint8Array, b: Uint8Array): number {
  let differing = 0;
  for (let pixel = 0; pixel < a.length / 3; pixel++) {
    const at = [3 * pixel, 3 * pixel + 1, 3 * pixel + 2];
    if (at.some((i) => Math.abs((a[i] ?? 0) - (b[i] ?? 0)) > 8)) differing++;
  }
  return differing / (a.length / 3);
}

describe("createSceneRenderer", () => {
  it("gives the same bytes for the same seed, with a fresh cache and in another order", async () => {
    const scenes = Array.from({ length: 40 }, (_, index) => sceneAt(21, index));
    const hashes = async (draw: typeof renderer, indices: readonly number[]) => {
      const made: string[] = [];
      for (const index of indices) {
        const { data } = await draw.render(sceneAt(21, index));
        made[index] = createHash("sha256").update(data).digest("hex");
      }
      return made;
    };
    const order = scenes.map((_, index) => index);
    const first = await hashes(renderer, order);
    expect(new Set(first).size).toBe(scenes.length);
    expect(await hashes(createSceneRenderer(), order.reverse())).toEqual(first);
  });

  it("draws every concept in every style, each in its own way", async () => {
    for (const { name } of allConcepts) {
      const scene = (style: (typeof styles)[number]) =>
        plainScene(name, style, { background: { kind: "colour", name: "teal" } });
      const pictures = await Promise.all(styles.map((style) => renderer.render(scene(style))));
      const empty = new Uint8Array(3 * pictureSize ** 2);
      for (let pixel = 0; pixel < empty.length; pixel += 3) {
        empty.set(pictures[0]?.data.subarray(0, 3) ?? [], pixel);
      }
      for (const [i, { width, height, data }] of pictures.entries()) {
        expect([width, height, data.length]).toEqual([pictureSize, pictureSize, empty.length]);
        expect([name, styles[i], difference(data, empty) > 0.08]).toEqual([name, styles[i], true]);
        for (const other of pictures.slice(i + 1)) {
          expect([name, difference(data, other.data) > 0.05]).toEqual([name, true]);
        }
      }
    }
  });

  it("shows every background and every accessory", async () => {
    const plain = await renderer.render(plainScene("dog", "noto"));
    // The record's keys are the names of its type.
    for (const accessory of Object.keys(accessories) as AccessoryName[]) {
      const { data } = await renderer.render(plainScene("dog", "noto", { accessory }));
      expect(difference(plain.data, data)).toBeGreaterThan(0.04);
    }
    const seen = new Set<string>();
    for (const background of backgrounds) {
      const { data } = await renderer.render(plainScene("dog", "noto", { background }));
      seen.add([...data.subarray(0, 3), ...data.subarray(-3)].join());
    }
    expect(seen.size).toBe(backgrounds.length);
  });

  it("tells which pixels an object covers, whatever lies behind", async () => {
    const draw = renderer.render.bind(renderer);
    const scene = plainScene("dog", "noto", { background: { kind: "landscape", name: "beach" } });
    const weights = await objectWeights(draw, scene);
    const [shown, elsewhere] = [
      (await draw(scene)).data,
      (await draw({ ...scene, background: { kind: "colour", name: "pink" } })).data,
    ];
    const [inside, outside] = [weights.filter((w) => w > 0.99), weights.filter((w) => w < 0.01)];
    expect(inside.length).toBeGreaterThan(1200);
    expect(outside.length).toBeGreaterThan(900);
    expect(inside.length + outside.length).toBeLessThanOrEqual(pictureSize ** 2);
    for (const [pixel, weight] of weights.entries()) {
      const at = [3 * pixel, 3 * pixel + 1, 3 * pixel + 2];
      const same = at.every((i) => Math.abs((shown[i] ?? 0) - (elsewhere[i] ?? 9)) <= 2);
      if (weight > 0.995) expect([pixel, same]).toEqual([pixel, true]);
    }
  });

  it("refuses what is not in the world, also after it drew something", async () => {
    const scene = plainScene("dog", "noto", { background: { kind: "colour", name: "beige" } });
    await expect(renderer.render(scene)).rejects.toThrow(
      'expected the name of a background, got "beige"',
    );
    await expect(renderer.render(plainScene("dragon", "noto"))).rejects.toThrow('got "dragon"');
  });
});
