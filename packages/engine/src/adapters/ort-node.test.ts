/** @file onnxruntime-node on the processor, as a runtime. */

import { runRuntimeSuite } from "../testing/runtime-suite.js";
import { createOrtRuntime } from "./ort-node.js";

runRuntimeSuite("onnxruntime-node cpu", () => createOrtRuntime({ threads: 1 }));
