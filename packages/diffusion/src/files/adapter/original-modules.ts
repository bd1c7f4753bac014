/**
 * @file Modules of a transformer under the names of its first publishers, which kohya's and ComfyUI's adapters have.
 * Some are several modules of ours in one (query, key and value), or have the halves of their output the other way
 * round, so that an adapter of theirs is divided into those of ours, and joined from them.
 */

import { AtelierError, said } from "@atelier/engine";
import type { LoraModule } from "../../core/lora-weights.js";
import { createKeyTable, type KeyMatch } from "../../families/keys/key-rules.js";
import { transformerRulesOf } from "../../families/keys/transformer-rules.js";
import { canJoin, divideModule, joinModules } from "./divide-module.js";
import type { AdaptedLayers } from "./shape-for-layer.js";

const prefix = "transformer.";

/** The modules of a transformer and their original names, both with the component before them. */
export interface OriginalModules {
  /** Modules of ours whose original name means just them. */
  readonly renamed: ReadonlyMap<string, string>;
  /** By original names that mean several modules, or one that is changed: what each is a part of. */
  readonly divided: ReadonlyMap<string, readonly KeyMatch[]>;
}

/** @param modulePaths all modules of the model with their component; others than of a transformer are passed over */
export function originalModules(modulePaths: Iterable<string>): OriginalModules {
  const paths = [...modulePaths].flatMap((path) =>
    path.startsWith(prefix) ? [path.slice(prefix.length)] : [],
  );
  const renamed = new Map<string, string>();
  const divided = new Map<string, KeyMatch[]>();
  const table = createKeyTable(paths.length === 0 ? [] : transformerRulesOf(paths));
  for (const path of paths) {
    const match = table.toFile(path);
    if (match === undefined) continue;
    const [own, original] = [prefix + path, prefix + match.name];
    if (match.change === undefined) renamed.set(own, original);
    else {
      const part = { name: own, change: match.change };
      divided.set(original, [...(divided.get(original) ?? []), part]);
    }
  }
  // A model may compute them in another order than they have in the file.
  const position = ({ change }: KeyMatch): number => (change?.kind === "part" ? change.index : 0);
  for (const parts of divided.values()) parts.sort((a, b) => position(a) - position(b));
  return { renamed, divided };
}

/**
 * Adapters of our modules from those of a file, some of which are under original names.
 * @throws AtelierError `format` where two claim one module, `weights` where one cannot be divided.
 */
export function divideModules(
  where: string,
  modules: ReadonlyMap<string, LoraModule>,
  { renamed, divided }: OriginalModules,
): Map<string, LoraModule> {
  const ours = new Map([...renamed].map(([path, original]) => [original, path]));
  const own = new Map(
    [...modules].flatMap(([name, module]) =>
      divided.has(name) ? [] : [[ours.get(name) ?? name, module] as const],
    ),
  );
  for (const [name, module] of modules) {
    const parts = divided.get(name);
    if (parts === undefined) continue;
    for (const [path, part] of divideModule(`${where}: ${name}`, module, parts)) {
      if (own.has(path)) {
        throw new AtelierError(
          "format",
          said`${where}: expected one adapter of ${path}, got one of its own and one of "${name}". The file holds two adapters: write each to a file of its own with the tool that made it.`,
        );
      }
      own.set(path, part);
    }
  }
  return own;
}

/** Adapters under original names from those of our modules; those that cannot be joined stay as they are. */
export function joinOriginals(
  where: string,
  modules: ReadonlyMap<string, LoraModule>,
  layers: AdaptedLayers,
): Map<string, LoraModule> {
  const { renamed, divided } = originalModules(layers.keys());
  const joined = new Map<string, LoraModule>();
  const parts = new Set<string>();
  for (const [original, matches] of divided) {
    const found = matches.map(({ name, change }) => ({
      ...{ name, change, module: modules.get(name) },
      rows: layers.get(name)?.weightShape[0] ?? 0,
    }));
    if (!canJoin(found)) continue;
    joined.set(original, joinModules(`${where}: ${original}`, found));
    for (const { name } of found) parts.add(name);
  }
  for (const [name, module] of modules) {
    if (!parts.has(name)) joined.set(renamed.get(name) ?? name, module);
  }
  return joined;
}
