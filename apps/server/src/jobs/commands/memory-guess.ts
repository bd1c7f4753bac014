/**
 * @file How large a machine a job asks for, as far as its request tells: the plan of a training knows it exactly, but
 * only once its base is opened.
 */

import type { Backend } from "../../database/tables.js";

/** Of a base that is not the embedded one: Stable Diffusion 1.5 trains and draws in it. */
const usualGigabytes = 8;
const embeddedGigabytes = 2;

/** For drawing with a base or training it. */
export function gigabytesFor(base: string | undefined): number {
  return base === undefined || base === "embedded" ? embeddedGigabytes : usualGigabytes;
}

/** For a training, whose config may say what it is allowed. */
export function trainingGigabytes(
  base: string,
  { maxMemory }: Readonly<Record<string, unknown>>,
): number {
  return typeof maxMemory === "number" && maxMemory > 0 ? maxMemory : gigabytesFor(base);
}

/** What a training config computes on. */
export function backendOf({ device }: Readonly<Record<string, unknown>>): Backend {
  const backend: unknown =
    typeof device === "object" && device !== null && "backend" in device ? device.backend : "cpu";
  return backend === "webgpu" || backend === "cuda" ? backend : "cpu";
}
