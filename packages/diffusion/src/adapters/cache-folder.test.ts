/** @file Where caches go, by platform and by what the user sets. */

import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { atelierCacheFolder } from "./cache-folder.js";

describe.skipIf(process.platform === "win32")("atelierCacheFolder (POSIX paths)", () => {
  const home = "/home/me";
  it.each([
    [{ ATELIER_CACHE: "/data/c", XDG_CACHE_HOME: "/x" }, "linux", "/data/c"],
    [{ ATELIER_CACHE: "c" }, "linux", resolve("c")],
    [{ ATELIER_CACHE: "", XDG_CACHE_HOME: "/x" }, "linux", "/x/atelier"],
    [{ XDG_CACHE_HOME: "relative" }, "linux", "/home/me/.cache/atelier"],
    [{ XDG_CACHE_HOME: "/x" }, "darwin", "/x/atelier"],
    [{}, "darwin", "/home/me/Library/Caches/atelier"],
    [{ LOCALAPPDATA: "/l" }, "win32", "/l/atelier/cache"],
  ] as const)("with %o on %s is %s", (environment, platform, expected) => {
    expect(atelierCacheFolder({ environment, platform, home })).toBe(expected);
  });
});
