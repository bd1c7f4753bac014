/**
 * @file From the config of a request to that of the trainer. A request names things of the library; a path from outside
 * never reaches a command line.
 */

import { parseTrainConfig } from "@atelier/diffusion/train-config";
import { said } from "@atelier/engine";
import { z } from "zod";
import { refused } from "../../api/refusal.js";
import type { LibraryFolder } from "../../library/folder/library-folder.js";
import { datasetFolder, isRepository, modelArgument, requireItem } from "./library-names.js";

/** A training as it is asked for. */
export interface TrainingRequest {
  readonly base: string;
  readonly datasets: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

type Place = (library: LibraryFolder, name: string) => Promise<string>;

/** Fields whose text names a place, and what of the library it may name; `set` where the request's other fields say it. */
export const placeFields: Readonly<Record<string, Place | "set" | "refused">> = {
  "base.path": "set",
  "base.repo": "set",
  "base.vae": async (library, name) => modelArgument(library, name),
  "base.parts": async (library, name) => (await requireItem(library, name, ["models"])).path,
  "data.folder": "set",
  "data.folders": "set",
  "data.masks.folder": "set",
  "lora.startFrom": async (library, name) =>
    isRepository(name) ? name : (await requireItem(library, name, ["adapters"])).path,
  "prior.folder": datasetFolder,
  "watch.validation": datasetFolder,
  "output.folder": "refused",
  "output.run": "set",
  cacheFolder: "refused",
};

/** Texts that become parts of file names. */
const nameFields = ["base.revision", "base.variant"];

/** Where results and pictures are, beside what the request says. */
export interface TrainingPlaces {
  readonly library: LibraryFolder;
  /** Path of the run's folder. */
  readonly run: string;
}

/**
 * The trainer's config of a request.
 * @throws AtelierError for fields that name places, names that the library does not have, and what the trainer refuses
 */
export async function trainingConfig(
  { base, datasets, config }: TrainingRequest,
  { library, run }: TrainingPlaces,
): Promise<Record<string, unknown>> {
  let own: Record<string, unknown> = structuredClone(config);
  for (const [path, place] of Object.entries(placeFields)) {
    const given = valueAt(own, path.split("."));
    if (given === undefined) continue;
    if (typeof place === "string") throw refusePlace(path, place);
    own = setAt(own, path.split("."), await placed(given, path, (name) => place(library, name)));
  }
  for (const path of nameFields) requirePlainName(own, path);
  const folders = await Promise.all(datasets.map((name) => datasetFolder(library, name)));
  const [folder = "", ...others] = folders;
  const model = await modelArgument(library, base);
  const values: [string, unknown][] = [
    [isRepository(model) ? "base.repo" : "base.path", model],
    ["data.folder", folder],
    ...(others.length === 0 ? [] : [["data.folders", others] satisfies [string, unknown]]),
    ...(valueAt(own, ["data", "masks", "source"]) === "folder"
      ? [["data.masks.folder", `${folder}/masks`] satisfies [string, unknown]]
      : []),
    ["output.run", run],
  ];
  for (const [path, value] of values) own = setAt(own, path.split("."), value);
  parseTrainConfig(own);
  return own;
}

/** A complete config as a request may have it: places are gone, but for the names that the request gave. */
export function withoutPlaces(
  config: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  let own: Record<string, unknown> = { ...config };
  for (const path of [...Object.keys(placeFields), "base.fingerprint"]) {
    const parts = path.split(".");
    if (valueAt(own, parts) !== undefined) own = setAt(own, parts, valueAt(given, parts));
  }
  // Fields without a value are none.
  return z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(own)));
}

function requirePlainName(config: Readonly<Record<string, unknown>>, path: string): void {
  const given = valueAt(config, path.split("."));
  if (given === undefined || (typeof given === "string" && /^\w[\w.-]*$/.test(given))) return;
  throw refused("bad-input", said`config ${path}: expected letters, digits, dots and dashes.`, {
    path,
  });
}

function refusePlace(path: string, why: "set" | "refused"): Error {
  const what =
    why === "set"
      ? said`The request's base and data sets say it`
      : said`Results and caches lie in the library`;
  return refused(
    "bad-input",
    said`config ${path}: expected no such field, got one. ${what}; leave it out.`,
    { path },
  );
}

async function placed(
  given: unknown,
  path: string,
  place: (name: string) => Promise<string>,
): Promise<unknown> {
  const names: unknown[] = Array.isArray(given) ? given : [given];
  const places: string[] = [];
  for (const name of names) {
    if (typeof name !== "string") {
      throw refused("bad-input", said`config ${path}: expected a name of the library.`, { path });
    }
    places.push(await place(name));
  }
  return Array.isArray(given) ? places : places[0];
}

function valueAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return valueAt(new Map<string, unknown>(Object.entries(value)).get(key), rest);
}

/** A copy with a field replaced; what is no object where one should be is left to the trainer's own check. */
function setAt(
  value: Readonly<Record<string, unknown>>,
  [key = "", ...rest]: readonly string[],
  field: unknown,
): Record<string, unknown> {
  const inner: unknown = Object.hasOwn(value, key) ? value[key] : undefined;
  if (rest.length === 0) return { ...value, [key]: field };
  if (inner !== undefined && (typeof inner !== "object" || inner === null)) return { ...value };
  return { ...value, [key]: setAt({ ...inner }, rest, field) };
}
