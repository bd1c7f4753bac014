/**
 * @file What the world is made of: things (concepts), the icon sets that draw them (styles) and
 * what a thing can wear (accessories). The name of a concept is also the noun that captions use.
 *
 * Concepts were chosen by eye: every set draws them recognisably at 64×64, each looks unlike the
 * others, and no noun occurs in another one.
 */

import { AtelierError, said } from "@atelier/engine";

/** A way of drawing: one icon set. */
export type StyleName = "noto" | "twemoji" | "fluent" | "openmoji";
/** Kinds of concepts. */
export type ConceptGroup =
  | "animal"
  | "food"
  | "plant"
  | "vehicle"
  | "object"
  | "character"
  | "building";
/** What a concept with a face can wear. */
export type AccessoryName = "hat" | "crown" | "sunglasses" | "bow";

/** A thing that can be drawn in every style. */
export interface Concept {
  /** The noun in captions; unique. */
  readonly name: string;
  /** Its icon's name, the same in all sets. */
  readonly icon: string;
  readonly group: ConceptGroup;
}

/** An icon laid over a subject. */
export interface Accessory {
  /** Its icon's name, the same in all sets. */
  readonly icon: string;
  /** The noun phrase in captions. */
  readonly phrase: string;
  /** What of a face it is aligned to: it rests on the brow or lies centred over the eyes. */
  readonly rests: "brow" | "eyes";
  /** Its width as a share of its wearer's size. */
  readonly width: number;
}

/** Styles that pre-training may show. */
export const trainingStyles: readonly StyleName[] = ["noto", "twemoji", "fluent"];
/** The style that pre-training never shows, so that learning it has a true answer. */
export const heldOutStyles: readonly StyleName[] = ["openmoji"];

/** The npm package that holds a style's icons. */
export const iconPackages: Readonly<Record<StyleName, string>> = {
  noto: "@iconify-json/noto",
  twemoji: "@iconify-json/twemoji",
  fluent: "@iconify-json/fluent-emoji-flat",
  openmoji: "@iconify-json/openmoji",
};

/** Accessories by name. */
export const accessories: Readonly<Record<AccessoryName, Accessory>> = {
  hat: { icon: "top-hat", phrase: "a hat", rests: "brow", width: 0.56 },
  crown: { icon: "crown", phrase: "a crown", rests: "brow", width: 0.56 },
  sunglasses: { icon: "sunglasses", phrase: "sunglasses", rests: "eyes", width: 0.72 },
  bow: { icon: "ribbon", phrase: "a bow", rests: "brow", width: 0.5 },
};

/** Concepts that pre-training may show. */
export const trainingConcepts: readonly Concept[] = [
  ...concepts("animal", {
    ...{ dog: "dog-face", cat: "cat-face", rabbit: "rabbit-face", panda: "panda" },
    ...{ tiger: "tiger-face", lion: "lion", cow: "cow-face", pig: "pig-face", frog: "frog" },
    ...{ monkey: "monkey-face", mouse: "mouse-face", penguin: "penguin", elephant: "elephant" },
    ...{ octopus: "octopus", crab: "crab", turtle: "turtle", butterfly: "butterfly" },
    ...{ ladybug: "lady-beetle", whale: "spouting-whale", chick: "front-facing-baby-chick" },
  }),
  ...concepts("food", {
    ...{ pizza: "pizza", burger: "hamburger", "box of fries": "french-fries", donut: "doughnut" },
    ...{ cake: "birthday-cake", "ice cream": "soft-ice-cream", apple: "red-apple" },
    ...{ "bunch of grapes": "grapes", watermelon: "watermelon", strawberry: "strawberry" },
    ...{ carrot: "carrot", broccoli: "broccoli" },
  }),
  ...concepts("plant", {
    ...{ cactus: "cactus", tulip: "tulip", sunflower: "sunflower", mushroom: "mushroom" },
    ...{ "pine tree": "evergreen-tree", "palm tree": "palm-tree", clover: "four-leaf-clover" },
  }),
  ...concepts("vehicle", {
    ...{ car: "automobile", bus: "bus", train: "locomotive", plane: "airplane", rocket: "rocket" },
    ...{ sailboat: "sailboat", "flying saucer": "flying-saucer" },
  }),
  ...concepts("object", {
    ...{ guitar: "guitar", balloon: "balloon", umbrella: "umbrella", camera: "camera" },
    ...{ "soccer ball": "soccer-ball", gift: "wrapped-gift", star: "star", heart: "red-heart" },
    ...{ diamond: "gem-stone" },
  }),
  ...concepts("character", {
    ...{ "smiling face": "grinning-face", "crying face": "crying-face", robot: "robot" },
    ...{ alien: "alien", pumpkin: "jack-o-lantern" },
  }),
  ...concepts("building", {
    ...{ house: "house", castle: "castle", tent: "tent", temple: "classical-building" },
  }),
];

/** Concepts that pre-training never shows, in no style. */
export const heldOutConcepts: readonly Concept[] = [
  ...concepts("animal", { fox: "fox", owl: "owl" }),
  ...concepts("food", { avocado: "avocado", pineapple: "pineapple" }),
  ...concepts("plant", { rose: "rose" }),
  ...concepts("vehicle", { helicopter: "helicopter" }),
  ...concepts("object", { trumpet: "trumpet" }),
  ...concepts("building", { church: "church" }),
];

/** All concepts, those held out last. */
export const allConcepts: readonly Concept[] = [...trainingConcepts, ...heldOutConcepts];

const byName: ReadonlyMap<string, Concept> = new Map(
  allConcepts.map((concept) => [concept.name, concept]),
);

/** The concept of a name. @throws AtelierError `config` when there is none. */
export function conceptOf(name: string): Concept {
  const concept = byName.get(name);
  if (concept !== undefined) return concept;
  throw new AtelierError(
    "config",
    said`world: expected the name of a concept, got "${name}". Known: ${[...byName.keys()].join(", ")}.`,
  );
}

function concepts(group: ConceptGroup, icons: Readonly<Record<string, string>>): Concept[] {
  return Object.entries(icons).map(([name, icon]) => ({ name, icon, group }));
}
