/** @file Where Atelier keeps what it can compute or download again. */

import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** Facts of the machine that choose the folder. */
export interface CacheFolderOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
}

/**
 * Atelier's cache folder, absolute: `$ATELIER_CACHE` itself where that is set, else `atelier` in
 * `$XDG_CACHE_HOME` (which counts only when absolute, as its specification says), else in the
 * platform's place for caches. The folder need not exist.
 */
export function atelierCacheFolder({
  environment = process.env,
  platform = process.platform,
  home = homedir(),
}: CacheFolderOptions = {}): string {
  const own = environment["ATELIER_CACHE"];
  if (own !== undefined && own !== "") return resolve(own);
  const xdg = environment["XDG_CACHE_HOME"];
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "atelier");
  if (platform === "darwin") return join(home, "Library", "Caches", "atelier");
  if (platform === "win32") {
    return join(environment["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "atelier", "cache");
  }
  return join(home, ".cache", "atelier");
}
