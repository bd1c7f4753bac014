/**
 * @file The names and shapes of released checkpoints' tensors, as diffusers and sd-scripts list
 * them. The lists are large and stay beside the repository; tests that need them are tagged `shared`.
 */

import { readFileSync } from "node:fs";
import { z } from "zod";
import { sharedFile } from "./fixtures.js";

/** The shape of every tensor of a model (`sd15_unet`). */
export function referenceShapes(name: string): ReadonlyMap<string, readonly number[]> {
  return new Map(Object.entries(z.record(z.string(), z.array(z.int())).parse(read(name))));
}

/** A map from names to other names (`map_sd15_unet_to_ldm`). */
export function referenceNameMap(name: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(z.record(z.string(), z.string()).parse(read(name))));
}

/** A list of module names (`kohya_sd15_unet_modules`). */
export function referenceModules(name: string): readonly string[] {
  return z.array(z.string()).parse(read(name));
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(sharedFile("reference", "keys", `${name}.json`), "utf8"));
}
