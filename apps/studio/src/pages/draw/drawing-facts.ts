/** @file What a picture was drawn from, as rows of a name and a value. */

import type { Drawn } from "@atelier/server/api";
import type { Messages } from "../../messages/catalogue.js";

/** A row. */
export type Fact = readonly [name: string, value: string];

/** All that the file says, in the order of the form. */
export function factsOf(drawn: Drawn, { draw: text }: Pick<Messages, "draw">): readonly Fact[] {
  const { settings, width, height } = drawn;
  const { adapters = [], words = [], clipSkip } = settings;
  const { grid, viewer } = text;
  const rows: readonly (readonly [string, string | number | undefined])[] = [
    [grid.settings.prompt, settings.prompt],
    [grid.settings.negative, settings.negative],
    [grid.settings.base, settings.base],
    [viewer.adapters, adapters.map(({ name, weight }) => `${name} (${weight})`).join(", ")],
    [viewer.words, words.join(", ")],
    [grid.settings.sampler, settings.sampler],
    [grid.settings.steps, settings.steps],
    [grid.settings.guidance, settings.guidance],
    [viewer.size, `${width} × ${height}`],
    [grid.settings.seed, settings.seed],
    [viewer.clipSkip, clipSkip],
  ];
  return rows.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)] as const],
  );
}

/** Rows in which two pictures differ, with the value of each; empty where a picture has none. */
export function differences(
  left: readonly Fact[],
  right: readonly Fact[],
): readonly (readonly [name: string, left: string, right: string])[] {
  const [own, others] = [new Map(left), new Map(right)];
  return [...new Set([...own.keys(), ...others.keys()])].flatMap((name) => {
    const [a = "", b = ""] = [own.get(name), others.get(name)];
    return a === b ? [] : [[name, a, b] as const];
  });
}
