/** @file The builds of ONNX Runtime as WebAssembly that the page brings along: where they lie, and how large they are. */

import type { Device } from "./protocol.js";

/** A file that is fetched. */
export interface PageFile {
  readonly url: string;
  readonly sizeBytes: number;
  /** Where its address does not tell one version from another. */
  readonly sha256?: string;
}

/** What runs a build. */
export interface RuntimeBuild {
  readonly wasm: PageFile;
  /** Where threads find the code around it. */
  readonly mjs: string;
}

/** Set by the bundler. */
declare const runtimeBytes: Readonly<Record<Device, number>>;

/** How much the build of a device is. */
export const bytesOfBuild = (device: Device): number => runtimeBytes[device];

/** The build for a device. */
export async function findBuild(device: Device): Promise<RuntimeBuild> {
  const [{ default: url }, { default: mjs }] = await (device === "processor"
    ? Promise.all([
        import("onnxruntime-web/ort-wasm-simd-threaded.wasm?url"),
        import("onnxruntime-web/ort-wasm-simd-threaded.mjs?url"),
      ])
    : Promise.all([
        import("onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url"),
        import("onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url"),
      ]));
  return {
    wasm: { url: new URL(url, import.meta.url).href, sizeBytes: bytesOfBuild(device) },
    mjs,
  };
}
