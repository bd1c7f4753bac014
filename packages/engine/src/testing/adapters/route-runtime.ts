/** @file Runtimes by one way to ONNX Runtime, whichever the environment asks for. */

import { env } from "node:process";
import { createOrtRuntime, type OrtRuntimeOptions } from "../../adapters/ort/ort-runtime.js";
import type { Runtime } from "../../runtime/runtime.js";

/** What `ATELIER_ORT` may ask for. */
export const routes = ["capi", "binding"] as const;

/** A runtime by that way. */
export function routeRuntime(
  route: (typeof routes)[number],
  options: OrtRuntimeOptions = {},
): Runtime {
  const before = env["ATELIER_ORT"];
  env["ATELIER_ORT"] = route;
  try {
    return createOrtRuntime(options);
  } finally {
    if (before === undefined) delete env["ATELIER_ORT"];
    else env["ATELIER_ORT"] = before;
  }
}
