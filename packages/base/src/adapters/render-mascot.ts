/**
 * @file Draws the mascot's scenes from the SVG files of packages/base/demo, which are drawn for this
 * project. No icon set is needed, so the demo runs where development dependencies are absent.
 */

import { readFile } from "node:fs/promises";
import type { Icon } from "../world/scene-svg.js";
import { readIconSet } from "./icon-sets.js";
import { createSceneRenderer, type SceneRenderer } from "./render-scenes.js";

/** The files by the names of the icons that they take the place of. */
const drawings = {
  ...{ robot: "mascot.svg", pizza: "pizza.svg", "top-hat": "top-hat.svg" },
  ...{ star: "star.svg", crown: "crown.svg" },
} as const;

/** A renderer of scenes in which every robot is the mascot; it has nothing else than its companions. */
export function createMascotRenderer(): SceneRenderer {
  return createSceneRenderer(async () => {
    const icons = Object.entries(drawings).map(
      async ([name, file]) => [name, parseSvg(await readDrawing(file))] as const,
    );
    return new Map(await Promise.all(icons));
  });
}

/** A renderer of all scenes, in which every robot is the mascot. */
export function createMascotWorldRenderer(): SceneRenderer {
  return createSceneRenderer(async (style) => {
    const mascot = parseSvg(await readDrawing(drawings.robot));
    return new Map([...(await readIconSet(style)), ["robot", mascot]]);
  });
}

/** The mascot alone as an SVG document, for pages that show it large. */
export function mascotSvg(): Promise<string> {
  return readDrawing(drawings.robot);
}

function readDrawing(file: string): Promise<string> {
  return readFile(new URL(`../../demo/${file}`, import.meta.url), "utf8");
}

function parseSvg(document: string): Icon {
  const [, box, body] = /viewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/.exec(document) ?? [];
  const [left, top, width, height] = (box ?? "").split(" ").map(Number);
  if (body === undefined || height === undefined) {
    throw new Error("internal: a drawing of the demo is no SVG with a viewBox");
  }
  return { body, box: [left ?? 0, top ?? 0, width ?? 0, height] };
}
