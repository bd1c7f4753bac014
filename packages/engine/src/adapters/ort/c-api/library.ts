/**
 * @file The shared library that onnxruntime-node brings, opened beside it: both use one copy of ONNX Runtime. Or the one
 * that a user names, which has CUDA. Where that does not work there is a reason instead, for `atelier doctor`.
 */

import "../telemetry.js";

import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { arch, platform } from "node:process";
import type Koffi from "koffi";
import type { LibraryHandle } from "koffi";
import { messageOf } from "../../../errors.js";
import { bindFunctions, type OrtFunctions, type Pointer } from "./functions.js";

/** ONNX Runtime's C API. */
export interface OrtLibrary {
  readonly functions: OrtFunctions;
  /** Where an array begins. Its memory stays there until it is transferred or resized. */
  readonly addressOf: (array: ArrayBufferView) => Pointer;
}

/** What is opened; the library of onnxruntime-node by default. */
export interface LibraryOptions {
  readonly path?: string;
  /** Of the API: the oldest that has every function and setting that is used. */
  readonly apiVersion?: number;
}

/** ONNX Runtime 1.24's, which tells where operators run. */
const API_VERSION = 24;

/** That of a thread that calls; koffi's own 128 KiB are too few for matrix products. */
const STACK_BYTES = 8 * 2 ** 20;

const require = createRequire(import.meta.url);

/** Koffi unloads a library that is collected, although functions of its table are still called. */
const opened = new Set<object>();

/** Opens the library. @throws Error that says what is missing. */
export function openLibrary({
  path = shippedLibrary(),
  apiVersion = API_VERSION,
}: LibraryOptions = {}): OrtLibrary {
  // Required here, since that fails where koffi has no binary for the platform. Its types are the package's.
  const koffi = require("koffi") as typeof Koffi;
  // Fails where somebody else in this process has called koffi before, with smaller stacks.
  const { async_stack_size: stackBytes = 0 } = koffi.config();
  if (stackBytes < STACK_BYTES) koffi.config({ async_stack_size: STACK_BYTES });
  const library = load(koffi, path);
  const base: unknown = library.func("OrtGetApiBase", "void *", [])();
  const getApi = koffi.proto("void *", ["uint32_t"]);
  const table: unknown = koffi.call(koffi.decode(base, "void *"), getApi, apiVersion);
  if (typeof table !== "bigint") {
    throw new Error(`${path} is older than version ${apiVersion} of the C API`);
  }
  return {
    functions: bindFunctions(koffi, table),
    addressOf: (array) => koffi.address(array),
  };
}

function load(koffi: typeof Koffi, path: string): LibraryHandle {
  if (isFolder(path)) throw new Error(`${path} is a folder`);
  try {
    const library = koffi.load(path);
    opened.add(library);
    return library;
  } catch (cause) {
    throw new Error(`${path}: ${messageOf(cause)}`, { cause });
  }
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const libraryNames: Readonly<Record<string, string>> = {
  linux: "libonnxruntime.so.1",
  darwin: "libonnxruntime.1.dylib",
  win32: "onnxruntime.dll",
};

/** Where onnxruntime-node's is. */
export function shippedLibrary(): string {
  const root = dirname(require.resolve("onnxruntime-node/package.json"));
  return join(root, "bin", "napi-v6", platform, arch, libraryNames[platform] ?? "none");
}
