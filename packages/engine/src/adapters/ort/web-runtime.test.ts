/** @file onnxruntime-web's WebAssembly, in Node: every example of every operation. */

import * as ort from "onnxruntime-web";
import { runRuntimeSuite } from "../../testing/runtime-suite.js";
import { createMemoryFiles } from "../memory-files.js";
import { createWebRuntime } from "./web-runtime.js";

ort.env.wasm.numThreads = 1;
runRuntimeSuite("onnxruntime-web", () => createWebRuntime({ ort, files: createMemoryFiles() }));
