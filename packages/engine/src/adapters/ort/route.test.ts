/** @file Which way to ONNX Runtime is taken, by provider and by what the environment asks for. */

import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { messageOf } from "../../errors.js";
import { neg } from "../../graph/ops/elementwise.js";
import { input } from "../../graph/ops/source.js";
import { floatTensor } from "../../tensor.js";
import { shippedLibrary } from "./c-api/library.js";
import { createOrtRuntime } from "./ort-runtime.js";
import { chooseRoute } from "./route.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("chooseRoute", () => {
  it.each([
    ["cpu", "", "c-api"],
    ["cpu", "capi", "c-api"],
    ["cpu", "binding", "binding"],
    ["webgpu", "", "binding"],
    ["webgpu", "capi", "binding"],
    ["cuda", "", "binding"],
  ] as const)("takes to %s where %j is asked for: %s", (provider, asked, expected) => {
    vi.stubEnv("ATELIER_ORT", asked);
    const { name, reason } = chooseRoute(provider);
    expect(name).toBe(expected);
    expect(reason === undefined).toBe(expected === "c-api");
  });

  it.each([
    ["cpu", "c-api"],
    ["cuda", "c-api"],
    ["webgpu", "binding"],
  ] as const)("takes to %s where a library is named: %s", (provider, expected) => {
    vi.stubEnv("ATELIER_ORT_LIB", shippedLibrary());
    expect(chooseRoute(provider).name).toBe(expected);
  });

  it("computes by a library that is named", async () => {
    vi.stubEnv("ATELIER_ORT_LIB", shippedLibrary());
    const outputs = { y: neg(input("x", [2])) };
    await using compiled = await createOrtRuntime({ threads: 1 }).compile({ outputs });
    const { y } = await compiled.run({ x: floatTensor([1, -2], [2]) });
    expect(y?.data).toEqual(Float32Array.of(-1, 2));
  });

  // Where a machine has all that CUDA needs, this compiles.
  it("says of a library without CUDA's files that it has none", async () => {
    vi.stubEnv("ATELIER_ORT_LIB", shippedLibrary());
    const outputs = { y: neg(input("x", [2])) };
    const compiling = createOrtRuntime({ provider: "cuda" }).compile({ outputs });
    const told = await compiling.then(() => "compiled", messageOf);
    expect(told).toMatch(/^compiled$|^runtime: ONNX Runtime \(cuda\) refused the graph: .*CUDA/i);
  });

  it.each([
    ["/no/such/library.so", /got: \/no\/such\/library\.so: /],
    [
      fileURLToPath(new URL(".", import.meta.url)),
      /got: .* is a folder\. Name the libonnxruntime /,
    ],
    [fileURLToPath(import.meta.url), /got: .*route\.test\.ts: /],
  ])("refuses what is no library: %s", (path, message) => {
    vi.stubEnv("ATELIER_ORT_LIB", path);
    expect(() => chooseRoute("cpu")).toThrow(/^ATELIER_ORT_LIB: expected the library /);
    expect(() => chooseRoute("cuda")).toThrow(message);
    expect(chooseRoute("webgpu").name).toBe("binding");
  });

  it("refuses a library beside a way that opens none", () => {
    vi.stubEnv("ATELIER_ORT_LIB", shippedLibrary());
    vi.stubEnv("ATELIER_ORT", "binding");
    expect(() => chooseRoute("cpu")).toThrow("Unset one of them.");
  });

  it("refuses another word", () => {
    vi.stubEnv("ATELIER_ORT", "c-api");
    expect(() => chooseRoute("cpu")).toThrow('ATELIER_ORT: expected capi or binding, got "c-api".');
  });
});
