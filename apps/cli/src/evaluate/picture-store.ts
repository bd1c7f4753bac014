/**
 * @file The drawings of one model on disk. They are named by prompt and seed, and `drawn.json` beside them says with
 * what they were drawn, so that those of an evaluation that was stopped are not drawn again, and no others are taken
 * for them.
 */

import { type RgbPicture, readJson, sha256Hex } from "@atelier/diffusion/core";
import { readPictureFile } from "@atelier/diffusion/data";
import { encodePng } from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { AtelierError, type FileStore, said } from "@atelier/engine";

/** Everything that a model's drawings depend on besides prompt and seed. It survives JSON. */
export type DrawnWith = Readonly<Record<string, unknown>>;

/** A prompt and its seeds. */
export interface DrawOrder {
  readonly prompt: string;
  readonly seeds: readonly number[];
}

/** Drawings on disk. */
export interface PictureStore {
  pathOf(prompt: string, seed: number): Promise<string>;
  /** The seeds of an order that are not drawn yet. */
  missing(order: DrawOrder): Promise<number[]>;
  /** Writes a drawing whole or not at all. */
  write(prompt: string, seed: number, picture: RgbPicture, parameters: string): Promise<void>;
  /** @throws AtelierError `data` or `file` naming a picture that is damaged or gone. */
  read(prompt: string, seed: number): Promise<RgbPicture>;
}

const recordName = "drawn.json";

/**
 * The store in a folder, which is made when the first drawing is written.
 * @throws AtelierError `config` for a folder of drawings that were made with something else, `format` for a damaged
 *   record.
 */
export async function openPictureStore(
  files: FileStore,
  folder: string,
  { drawnWith }: { readonly drawnWith: DrawnWith },
): Promise<PictureStore> {
  const recordPath = files.join(folder, recordName);
  if ((await files.stat(recordPath)) === undefined) {
    const record = `${JSON.stringify(drawnWith, undefined, 2)}\n`;
    await files.write(recordPath, [new TextEncoder().encode(record)]);
  } else {
    const differing = differences(await readJson(files, recordPath), drawnWith);
    if (differing.length > 0) {
      const list = differing.map((difference) => `  ${difference}`).join("\n");
      throw new AtelierError(
        "config",
        said`evaluate: expected drawings of the same model and settings in ${folder}, got others:\n${list}\nChoose another folder with --out, or give the settings that they were drawn with.`,
      );
    }
  }
  const pathOf = async (prompt: string, seed: number): Promise<string> => {
    const slug = (prompt.toLowerCase().match(/[a-z0-9]+/g) ?? []).join("-").slice(0, 60);
    const hash = (await sha256Hex(new TextEncoder().encode(prompt))).slice(0, 6);
    return files.join(folder, `${slug}-${hash}-${seed}.png`);
  };
  return {
    pathOf,
    async missing({ prompt, seeds }) {
      const absent: number[] = [];
      for (const seed of seeds) {
        if ((await files.stat(await pathOf(prompt, seed))) === undefined) absent.push(seed);
      }
      return absent;
    },
    async write(prompt, seed, picture, parameters) {
      const bytes = await encodePng(picture, { text: { parameters } });
      await files.write(await pathOf(prompt, seed), [bytes]);
    },
    async read(prompt, seed) {
      const path = await pathOf(prompt, seed);
      const options = { background: [255, 255, 255], maxPixels: 2 ** 27 } as const;
      return sharpPictures.decode(await readPictureFile(files, path), path, options);
    },
  };
}

/** The fields that differ, each with both values. */
function differences(recorded: unknown, wanted: DrawnWith): string[] {
  const before = typeof recorded === "object" && recorded !== null ? Object.entries(recorded) : [];
  const known = new Map<string, unknown>(before);
  const shown = (value: unknown): string => {
    const json = value === undefined ? "nothing" : JSON.stringify(value);
    return json.length > 60 ? `${json.slice(0, 60)}…` : json;
  };
  return [...new Set([...known.keys(), ...Object.keys(wanted)])].flatMap((name) => {
    const [old, now] = [known.get(name), wanted[name]];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    return [`${name}: ${shown(old)} → ${shown(now)}`];
  });
}
