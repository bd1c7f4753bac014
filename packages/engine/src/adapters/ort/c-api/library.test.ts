/** @file Libraries that are not what they should be, each with its reason. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { arch, platform } from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openLibrary } from "./library.js";

const require = createRequire(import.meta.url);
const binaries = join(dirname(require.resolve("onnxruntime-node/package.json")), "bin/napi-v6");
describe("openLibrary", () => {
  it("opens the one that onnxruntime-node brings", () => {
    expect(openLibrary().functions.createSessionOptions()).toBeTypeOf("bigint");
  });

  it("says that there is none", () => {
    expect(() => openLibrary({ path: join(binaries, "none.so") })).toThrow(/none\.so/);
  });

  it("says that a file is no library", () => {
    expect(() => openLibrary({ path: fileURLToPath(import.meta.url) })).toThrow(
      /library\.test\.ts/,
    );
  });

  it.skipIf(platform !== "linux")("says that a library is that of another processor", () => {
    const other = arch === "arm64" ? "x64" : "arm64";
    const path = join(binaries, "linux", other, "libonnxruntime.so.1");
    expect(() => openLibrary({ path })).toThrow(/wrong ELF class|cannot open/i);
  });

  it.skipIf(platform !== "linux")("says that a library is another", () => {
    expect(() => openLibrary({ path: "libm.so.6" })).toThrow(/OrtGetApiBase/);
  });

  it("says that it is too old", () => {
    expect(() => openLibrary({ apiVersion: 9999 })).toThrow(
      /onnxruntime.* is older than version 9999 of the C API/,
    );
  });
});
