/** @file The suite of every runtime on WebAssembly of a real browser, with threads. */

import { afterAll, it } from "vitest";
import { runRuntimeSuite } from "../../packages/engine/src/testing/runtime-suite.js";
import { chromiumPath } from "../studio/browser.js";
import { openPageRuntime } from "./page-runtime.js";

if (chromiumPath === undefined) {
  console.warn("WebAssembly in a browser is not tested: no Chromium here");
  it.skip("runs in a browser");
} else {
  const opened = await openPageRuntime("wasm", { threads: 2 });
  afterAll(() => opened[Symbol.asyncDispose]());
  runRuntimeSuite("Chromium's WebAssembly", () => opened.runtime);
}
