/**
 * @file A scene: what a picture of the world shows, as plain data. Captions are words for a scene,
 * renders are pictures of it, and judges compare with it; scenes are drawn from a seed and an index.
 */

import { type Background, backgrounds } from "./backgrounds.js";
import {
  type AccessoryName,
  accessories,
  type StyleName,
  trainingConcepts,
  trainingStyles,
} from "./concepts.js";
import { createDraws, type Draws } from "./draws.js";
import { wearers } from "./faces.js";

/** How large an object is. Two objects share a picture and are both `normal`. */
export type Size = "small" | "normal" | "large";
/** Where an object is; two objects stand left and right, or at the top and the bottom. */
export type Place = "centre" | "left" | "right" | "top" | "bottom";

/** One thing in a scene. */
export interface SceneObject {
  /** Name of a concept. */
  readonly concept: string;
  readonly style: StyleName;
  readonly size: Size;
  readonly place: Place;
  readonly accessory?: AccessoryName;
}

/**
 * What a picture shows, and all of it: a scene has one picture. What no caption can say (a shift of two
 * pixels, a mirror image) would be learned as a blur. It survives JSON.
 */
export interface Scene {
  /** One object, or two whose places are left and right, or top and bottom, in this order. */
  readonly objects: readonly [SceneObject] | readonly [SceneObject, SceneObject];
  readonly background: Background;
}

/** What scenes are drawn from. */
export interface SceneOptions {
  /** Names of concepts; by default those of pre-training, never one that is held out. */
  readonly concepts?: readonly string[];
  /** By default those of pre-training, never the one that is held out. */
  readonly styles?: readonly StyleName[];
  /** `single`: one centred object on a plain colour, to begin training with. */
  readonly curriculum?: "single" | "full";
  /** Share of scenes with two objects. */
  readonly pairShare?: number;
  /** Share of objects with a face, alone and not small, that wear something. */
  readonly accessoryShare?: number;
}

/** Streams of {@link createDraws}, so that scenes and captions do not share their chance. */
export const drawStreams = { scene: 1, caption: 2, captionOfIndex: 3 } as const;

const trainingNames: readonly string[] = trainingConcepts.map((concept) => concept.name);
const singleSizes: readonly Size[] = ["normal", "large"];
// The compiler does not know that the keys of a record of names are those names.
const accessoryNames = Object.keys(accessories) as AccessoryName[];

/**
 * Scene number `index` of a seed: a pure function, so workers may draw any part of the world.
 * @throws AtelierError `config` when seed or index is no safe integer or there is nothing to draw.
 */
export function sceneAt(seed: number, index: number, options: SceneOptions = {}): Scene {
  const { curriculum = "full", pairShare = 0.3, accessoryShare = 0.35 } = options;
  const { concepts = trainingNames, styles = trainingStyles } = options;
  const draws = createDraws({ seed, index, stream: drawStreams.scene });
  const concept = draws.pick(concepts);
  const style = draws.pick(styles);
  if (curriculum === "single") {
    const size = draws.pick(singleSizes);
    const object = { concept, style, size, place: "centre" as const };
    return { objects: [object], background: drawBackground(draws, "colour") };
  }
  const background = drawBackground(draws);
  const others = concepts.filter((name) => name !== concept);
  if (others.length > 0 && draws.chance(pairShare)) {
    return { objects: drawPair(draws, [concept, draws.pick(others)], style), background };
  }
  const size = draws.pick<Size>(["small", "normal", "normal", "large"]);
  const place = drawPlace(draws, size);
  const mayWear = size !== "small" && wearers.includes(concept);
  const worn = mayWear && draws.chance(accessoryShare) ? draws.pick(accessoryNames) : undefined;
  const wearing = worn === undefined ? {} : { accessory: worn };
  const object = { concept, style, size, place, ...wearing };
  return { objects: [object], background };
}

/** Every scene of the curriculum `single`: one centred object on a plain colour. */
export function singleScenes(): Scene[] {
  const colours = backgrounds.filter(({ kind }) => kind === "colour");
  return trainingNames.flatMap((concept) =>
    trainingStyles.flatMap((style) =>
      singleSizes.flatMap((size) =>
        colours.map((background): Scene => {
          return { objects: [{ concept, style, size, place: "centre" }], background };
        }),
      ),
    ),
  );
}

/** One object, large and centred: the plainest picture of a concept in a style. */
export function plainScene(
  concept: string,
  style: StyleName,
  options: { readonly background?: Background; readonly accessory?: AccessoryName } = {},
): Scene {
  const { background = { kind: "colour", name: "white" }, ...rest } = options;
  const object = { concept, style, size: "large", place: "centre" } as const;
  return { objects: [{ ...object, ...rest }], background };
}

function drawBackground(draws: Draws, only?: Background["kind"]): Background {
  const kind =
    only ?? draws.pick<Background["kind"]>(["colour", "colour", "gradient", "landscape"]);
  return draws.pick(backgrounds.filter((background) => background.kind === kind));
}

function drawPair(
  draws: Draws,
  [first, second]: readonly [string, string],
  style: StyleName,
): Scene["objects"] {
  const [before, after] = draws.pick<readonly [Place, Place]>([
    ["left", "right"],
    ["left", "right"],
    ["top", "bottom"],
  ]);
  const size = "normal";
  return [
    { concept: first, style, size, place: before },
    { concept: second, style, size, place: after },
  ];
}

/** Large objects fill the picture, so only smaller ones can be somewhere. */
function drawPlace(draws: Draws, size: Size): Place {
  const centredShare = { small: 0.3, normal: 0.7, large: 1 }[size];
  if (draws.chance(centredShare)) return "centre";
  return draws.pick<Place>(["left", "right", "top", "bottom"]);
}
