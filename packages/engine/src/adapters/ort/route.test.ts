/** @file Which way to ONNX Runtime is taken, by provider and by what the environment asks for. */

import { afterEach, describe, expect, it, vi } from "vitest";
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

  it("refuses another word", () => {
    vi.stubEnv("ATELIER_ORT", "c-api");
    expect(() => chooseRoute("cpu")).toThrow('ATELIER_ORT: expected capi or binding, got "c-api".');
  });
});
