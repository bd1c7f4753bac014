/** @file The settings of the Hugging Face Hub that its Python client takes from the environment. */

import { homedir } from "node:os";
import { join } from "node:path";

/** Where the hub and its cache are. */
export interface HubEnvironment {
  readonly cacheFolder: string;
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly isOffline: boolean;
}

/**
 * Reads `HF_HUB_CACHE` (or `HF_HOME`, `XDG_CACHE_HOME`), `HF_ENDPOINT`, `HF_TOKEN` and
 * `HF_HUB_OFFLINE`, with the defaults of Python's huggingface_hub.
 */
export function readHubEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): HubEnvironment {
  const get = (name: string) => {
    const value = environment[name]?.trim();
    return value === "" ? undefined : value;
  };
  const expand = (path: string) => path.replace(/^~(?=$|[\\/])/, home);
  const cacheHome = expand(get("XDG_CACHE_HOME") ?? join(home, ".cache"));
  const hubHome = expand(get("HF_HOME") ?? join(cacheHome, "huggingface"));
  const offline = get("HF_HUB_OFFLINE") ?? get("TRANSFORMERS_OFFLINE") ?? "";
  return {
    cacheFolder: expand(
      get("HF_HUB_CACHE") ?? get("HUGGINGFACE_HUB_CACHE") ?? join(hubHome, "hub"),
    ),
    endpoint: (get("HF_ENDPOINT") ?? "https://huggingface.co").replace(/\/+$/, ""),
    token: get("HF_TOKEN") ?? get("HUGGING_FACE_HUB_TOKEN"),
    isOffline: ["1", "ON", "YES", "TRUE"].includes(offline.toUpperCase()),
  };
}
