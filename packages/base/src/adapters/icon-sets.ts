/** @file Reads icons from the npm packages of the icon sets, which are development dependencies. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { AtelierError, said } from "@atelier/engine";
import { accessories, allConcepts, iconPackages, type StyleName } from "../world/concepts.js";
import type { Icon } from "../world/scene-svg.js";

const require = createRequire(import.meta.url);

/**
 * The icons of a style that the world uses, by name. A set holds thousands more; they are not kept.
 * @throws AtelierError `config` when the package is not installed, `format` when it lacks an icon
 * or is no Iconify set.
 */
export async function readIconSet(style: StyleName): Promise<ReadonlyMap<string, Icon>> {
  const used = [...allConcepts, ...Object.values(accessories)].map(({ icon }) => icon);
  return readIcons(style, () => used);
}

/**
 * All icons of a style, by name.
 * @throws AtelierError `config` when the package is not installed, `format` when it is no Iconify
 * set.
 */
export async function readWholeIconSet(style: StyleName): Promise<ReadonlyMap<string, Icon>> {
  return readIcons(style, (set) => Object.keys(field(set, "icons") ?? {}));
}

async function readIcons(
  style: StyleName,
  choose: (set: unknown) => readonly string[],
): Promise<ReadonlyMap<string, Icon>> {
  const name = iconPackages[style];
  const set: unknown = JSON.parse(await readFile(resolveSet(name), "utf8"));
  return new Map(choose(set).map((icon) => [icon, iconOf(name, set, icon)]));
}

function resolveSet(name: string): string {
  try {
    return require.resolve(`${name}/icons.json`);
  } catch (cause) {
    throw new AtelierError(
      "config",
      said`world: expected the package ${name}, which is not installed. Run npm ci with development dependencies.`,
      { cause },
    );
  }
}

/** Icons say of their box only what differs from the set's; where both are silent it is 16 × 16. */
function iconOf(name: string, set: unknown, key: string): Icon {
  const icon = field(field(set, "icons"), key);
  const body = field(icon, "body");
  if (typeof body !== "string") {
    throw new AtelierError("format", said`${name}: expected an icon named ${key}, got none.`);
  }
  const number = (property: string, otherwise: number): number => {
    const own = field(icon, property) ?? field(set, property);
    return typeof own === "number" ? own : otherwise;
  };
  const box = [number("left", 0), number("top", 0), number("width", 16), number("height", 16)];
  const [left = 0, top = 0, width = 0, height = 0] = box;
  return { body, box: [left, top, width, height] };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  // An object that has the property can be read as a record of unknowns.
  return (value as Readonly<Record<string, unknown>>)[name];
}
