/**
 * @file The things that the instance judge learns to tell apart, and those it is tried on. A thing
 * is one icon of one set in one colouring: the same icon in other colours is another thing.
 */

import {
  accessories,
  heldOutConcepts,
  heldOutStyles,
  type StyleName,
  trainingStyles,
} from "../world/concepts.js";
import type { Draws } from "../world/draws.js";
import { hueSteps } from "./instance-cutout.js";

/** A thing. */
export interface Instance {
  readonly style: StyleName;
  /** Its icon's name in the set. */
  readonly icon: string;
  /** Sixths of the colour circle by which its colours were moved on. */
  readonly hue: number;
}

/** Things to choose from. */
export interface InstancePool {
  readonly styles: readonly StyleName[];
  /** Names of icons, sorted; each is in at least one of the styles. */
  readonly icons: readonly string[];
  /** Whether a style has an icon. */
  has(style: StyleName, icon: string): boolean;
  /** Another icon of a style with a word in common ("sad face", "happy face"), or any where none has. */
  similar(style: StyleName, icon: string, draws: Draws): string;
}

/** What may be learned from, and two kinds of things that are never shown in training. */
export interface InstancePools {
  readonly training: InstancePool;
  /** Names that training leaves out, in the styles that it shows. */
  readonly evaluation: InstancePool;
  /** A style that training leaves out. */
  readonly unseenStyle: InstancePool;
}

/** One in so many names is held out. */
const heldOutEvery = 10;
/** Icons for the same idea differ little between skins, and there are thousands. */
const skinTone = /skin-tone|-tone\d|-(?:light|medium|dark)$/;
/** "man-cook", "woman-cook" and "cook" are held out together. */
const person = /^(?:person|people|man|men|woman|women|boy|girl)-/;
const joiningWords: readonly string[] = ["with", "of", "and", "the", "in", "on", "for", "to"];
const worn: ReadonlySet<string> = new Set(Object.values(accessories).map(({ icon }) => icon));
const heldOutIcons: ReadonlySet<string> = new Set(heldOutConcepts.map(({ icon }) => icon));

/** The pools of all sets that training shows or holds out. */
export async function openInstancePools(icons: {
  readonly namesOf: (style: StyleName) => Promise<readonly string[]>;
}): Promise<InstancePools> {
  const names = new Map<StyleName, readonly string[]>();
  for (const style of [...trainingStyles, ...heldOutStyles]) {
    names.set(style, await icons.namesOf(style));
  }
  return createInstancePools(names);
}

/**
 * Sorts icons into pools. Names count that two training styles have, which leaves out the flags that
 * one of them is full of; the world's held-out concepts are in no pool.
 * @param names of the icons of each set
 */
export function createInstancePools(
  names: ReadonlyMap<StyleName, readonly string[]>,
): InstancePools {
  const sets = new Map([...names].map(([style, list]) => [style, new Set(list)]));
  const carriers = (icon: string): number =>
    trainingStyles.filter((style) => sets.get(style)?.has(icon)).length;
  const known = [...new Set(trainingStyles.flatMap((style) => names.get(style) ?? []))]
    .filter((icon) => carriers(icon) > 1 && !skinTone.test(icon) && !heldOutIcons.has(icon))
    .sort();
  return {
    training: createPool(
      sets,
      trainingStyles,
      known.filter((icon) => !isHeldOut(icon)),
    ),
    evaluation: createPool(sets, trainingStyles, known.filter(isHeldOut)),
    unseenStyle: createPool(sets, heldOutStyles, known),
  };
}

/** Any thing of a pool, in its own colours. */
export function drawInstance(pool: InstancePool, draws: Draws): Instance {
  const icon = draws.pick(pool.icons);
  return { style: draws.pick(pool.styles.filter((style) => pool.has(style, icon))), icon, hue: 0 };
}

/** A thing in colours that differ from its own by a sixth of the circle or more. */
export function otherColour(instance: Instance, draws: Draws): Instance {
  return { ...instance, hue: (instance.hue + 1 + draws.integer(hueSteps - 1)) % hueSteps };
}

function createPool(
  sets: ReadonlyMap<StyleName, ReadonlySet<string>>,
  styles: readonly StyleName[],
  names: readonly string[],
): InstancePool {
  const has = (style: StyleName, icon: string): boolean => sets.get(style)?.has(icon) === true;
  const icons = names.filter((icon) => styles.some((style) => has(style, icon)));
  const byWord = new Map<string, string[]>();
  for (const icon of icons) {
    for (const word of wordsOf(icon)) byWord.set(word, [...(byWord.get(word) ?? []), icon]);
  }
  return {
    styles,
    icons,
    has,
    similar(style, icon, draws) {
      const others = (list: readonly string[]): string[] =>
        list.filter((other) => other !== icon && has(style, other));
      const related = wordsOf(icon)
        .map((word) => others(byWord.get(word) ?? []))
        .filter((list) => list.length > 0);
      return draws.pick(related.length > 0 ? draws.pick(related) : others(icons));
    },
  };
}

function wordsOf(icon: string): string[] {
  return icon.split("-").filter((word) => word.length > 1 && !joiningWords.includes(word));
}

/** By the name alone, so that a new icon in a set moves no other one to the other side. */
function isHeldOut(icon: string): boolean {
  if (worn.has(icon)) return false;
  // FNV-1a, 32 bits (Fowler, Noll and Vo).
  let hash = 0x811c9dc5;
  for (const letter of icon.replace(person, "")) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0) % heldOutEvery === 0;
}
