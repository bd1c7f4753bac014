/** @file Captions: everything said, in words that the vocabulary holds, in more than one way. */

import { describe, expect, it } from "vitest";
import { type Background, backgroundPhrases, backgrounds } from "./backgrounds.js";
import { canonicalCaption, captionOf, captionWords } from "./caption.js";
import { allConcepts, heldOutStyles, trainingStyles } from "./concepts.js";
import { plainScene, type Scene, sceneAt } from "./scene.js";

const green: Background = { kind: "colour", name: "green" };
const everything = {
  concepts: allConcepts.map(({ name }) => name),
  styles: [...trainingStyles, ...heldOutStyles],
};
const scenes = Array.from({ length: 5_000 }, (_, index) => sceneAt(11, index, everything));

const has = (caption: string, phrase: string) =>
  ` ${caption.replaceAll(",", "").replaceAll(/\ban\b/g, "a")} `.includes(
    ` ${phrase.replaceAll(/\ban\b/g, "a")} `,
  );

/** What a reader understands from a caption, without knowing the scene. */
function read(caption: string) {
  const concepts = allConcepts.filter(({ name }) => has(caption, name)).map(({ name }) => name);
  return {
    concepts: concepts.sort(),
    styles: everything.styles.filter((style) => has(caption, style)),
    backgrounds: backgrounds
      .filter((background) => backgroundPhrases(background).some((words) => has(caption, words)))
      .map(({ name }) => name),
    size: /\b(small|little)\b/.test(caption)
      ? "small"
      : /\b(large|big)\b/.test(caption)
        ? "large"
        : "normal",
    place: /\b(?:at|near|on) the (left|right|top|bottom)\b/.exec(caption)?.[1] ?? "centre",
    accessory: /\b(hat|crown|sunglasses|bow)\b/.exec(caption)?.[1],
  };
}

function factsOf({ objects, background }: Scene): ReturnType<typeof read> {
  const [first, second] = objects;
  return {
    concepts: objects.map(({ concept }) => concept).sort(),
    styles: [first.style],
    backgrounds: [background.name],
    size: first.size,
    place: second === undefined ? first.place : "centre",
    accessory: first.accessory,
  };
}

/** Which of two objects a caption puts on the left or at the top. */
function readFirst(caption: string, concepts: readonly string[]): string | undefined {
  const order = [...concepts].sort(
    (a, b) => caption.search(`\\b${a}\\b`) - caption.search(`\\b${b}\\b`),
  );
  const isTurned = / (?:to the right of|below|under) an? /.test(
    caption.replace(/under (?:water|the stars)/, ""),
  );
  return isTurned ? order[1] : order[0];
}

describe("captions", () => {
  it("say every fact of a scene, whatever their wording", () => {
    for (const [index, scene] of scenes.entries()) {
      for (const caption of [captionOf(scene, index), canonicalCaption(scene)]) {
        expect({ caption, ...read(caption) }).toEqual({ caption, ...factsOf(scene) });
      }
    }
  });

  it("say which of two objects is on the left or at the top", () => {
    const pairs = scenes.filter(({ objects }) => objects.length === 2);
    expect(pairs.length).toBeGreaterThan(1_000);
    for (const [index, scene] of pairs.entries()) {
      const caption = captionOf(scene, index);
      const concepts = scene.objects.map(({ concept }) => concept);
      expect([caption, readFirst(caption, concepts)]).toEqual([caption, concepts[0]]);
    }
  });

  it("have a plain form, one for each scene", () => {
    const facts = new Map<string, string>();
    for (const { objects, background } of scenes) {
      const said = JSON.stringify([objects, background]);
      const caption = canonicalCaption({ objects, background });
      expect(facts.get(caption) ?? said).toBe(said);
      facts.set(caption, said);
    }
    const scene = plainScene("dog", "noto", { background: green, accessory: "hat" });
    expect(canonicalCaption(scene)).toBe(
      "a large noto style dog wearing a hat on a green background",
    );
    const [dog] = scene.objects;
    const small = { ...dog, size: "small", place: "left" } as const;
    expect(
      canonicalCaption({ objects: [small], background: { kind: "landscape", name: "beach" } }),
    ).toBe("a small noto style dog wearing a hat on the left, on a beach");
    const pizza = {
      ...plainScene("pizza", "noto").objects[0],
      size: "normal",
      place: "right",
    } as const;
    const besides = {
      ...plainScene("owl", "noto").objects[0],
      size: "normal",
      place: "left",
    } as const;
    expect(canonicalCaption({ objects: [besides, pizza], background: green })).toBe(
      "a noto style owl next to a pizza on a green background",
    );
    const other = { ...pizza, style: "openmoji" } as const;
    expect(canonicalCaption({ objects: [besides, other], background: green })).toBe(
      "a noto style owl next to an openmoji style pizza on a green background",
    );
  });

  it("vary with their seed and only with it", () => {
    const scene = plainScene("umbrella", "twemoji", { background: green });
    const captions = Array.from({ length: 200 }, (_, seed) => captionOf(scene, seed));
    expect(captions[3]).toBe(captionOf(scene, 3));
    expect(new Set(captions).size).toBeGreaterThan(40);
    expect(captions.every((caption) => !/\ba umbrella\b| {2}|^ | $|\{/.test(caption))).toBe(true);
  });

  it("leave out what they are told to", () => {
    const scene = plainScene("cat", "fluent", { background: green, accessory: "crown" });
    const unsaid = ["style", "background", "size", "accessory"] as const;
    expect(canonicalCaption(scene, { unsaid })).toBe("a cat");
    for (let seed = 0; seed < 50; seed++) {
      expect(captionOf(scene, seed, { unsaid })).toMatch(
        /^(a picture of )?a cat( in the middle)?$/,
      );
    }
  });

  it("use no word that the vocabulary lacks, and the vocabulary few that they do not use", () => {
    const used = new Set(
      scenes.flatMap((scene, index) => captionOf(scene, index).match(/[^ ,]+/g) ?? []),
    );
    expect(captionWords()).toEqual([...used].sort());
  });
});
