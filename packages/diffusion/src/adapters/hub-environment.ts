/**
 * @file The settings of the Hugging Face Hub that its Python client takes from the environment and from files, with
 * its defaults (huggingface_hub 2.4, `constants.py` and `utils/_auth.py`).
 */

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { AtelierError, messageOf, said } from "@atelier/engine";
import type { HubAccess } from "../files/hub/hub-client.js";
import { createHubFetch } from "./hub-fetch.js";
import { describeProxy, proxyFor } from "./proxy-environment.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the hub and its cache are, and how they are used. */
export interface HubEnvironment {
  readonly cacheFolder: string;
  readonly endpoint: string;
  readonly token: string | undefined;
  /** The variable or the file that the token is from. */
  readonly tokenSource: string | undefined;
  /** Where a token would be looked for after the variables. */
  readonly tokenPath: string;
  readonly isOffline: boolean;
  /** The cache shows files as copies instead of links. */
  readonly copiesFiles: boolean;
  readonly showsProgress: boolean;
  /** Longest wait for a connection, an answer, or more of it. */
  readonly timeoutMs: number;
}

/** Python waits 10 s; proxies that look into files for viruses take longer to answer. */
const defaultTimeoutSeconds = 30;

/** Variables of huggingface_hub and its relatives that mean nothing here, and why. */
const unheeded: Readonly<Record<string, string>> = {
  HF_OIDC_RESOURCE: "tokens are not exchanged; set HF_TOKEN",
  HF_HUB_ENABLE_HF_TRANSFER: "files come in one stream each",
  HF_XET_HIGH_PERFORMANCE: "files come over HTTP, without Xet",
  HF_XET_CACHE: "files come over HTTP, without Xet",
  HUGGINGFACE_CO_STAGING: "set HF_ENDPOINT",
  TRANSFORMERS_CACHE: "set HF_HUB_CACHE or HF_HOME",
  DIFFUSERS_CACHE: "set HF_HUB_CACHE or HF_HOME",
  HF_INFERENCE_ENDPOINT: "nothing is computed elsewhere",
  SSL_CERT_DIR: "set SSL_CERT_FILE to one file",
};

/** Where the hub's files are: `HF_HUB_CACHE`, else a folder of `HF_HOME`, else of `XDG_CACHE_HOME`. */
export function hubCacheFolder(
  environment: Environment = process.env,
  home: string = homedir(),
): string {
  const get = readerOf(environment);
  const named = get("HF_HUB_CACHE") ?? get("HUGGINGFACE_HUB_CACHE");
  if (named !== undefined) return expandPath(named, environment, home);
  return join(hubHome(environment, home), "hub");
}

/**
 * Reads `HF_HUB_CACHE` (or `HF_HOME`, `XDG_CACHE_HOME`), `HF_ENDPOINT`, `HF_TOKEN` (or the file at
 * `HF_TOKEN_PATH`), `HF_HUB_OFFLINE`, `HF_HUB_DISABLE_IMPLICIT_TOKEN`, `HF_HUB_DISABLE_SYMLINKS`,
 * `HF_HUB_DISABLE_PROGRESS_BARS`, `HF_HUB_DOWNLOAD_TIMEOUT` and `HF_HUB_ETAG_TIMEOUT`.
 * @throws AtelierError `config` for a time that is none, `file` for a token file that cannot be read.
 */
export function readHubEnvironment(
  environment: Environment = process.env,
  home: string = homedir(),
): HubEnvironment {
  const get = readerOf(environment);
  const isOn = (name: string) => isTrue(get(name));
  const named = get("HF_TOKEN_PATH");
  const tokenPath =
    named === undefined
      ? join(hubHome(environment, home), "token")
      : expandPath(named, environment, home);
  const token = isOn("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? undefined : findToken(get, tokenPath);
  return {
    cacheFolder: hubCacheFolder(environment, home),
    endpoint: (get("HF_ENDPOINT") ?? "https://huggingface.co").replace(/\/+$/, ""),
    token: token?.value,
    tokenSource: token?.source,
    tokenPath,
    isOffline: isTrue(get("HF_HUB_OFFLINE") ?? get("TRANSFORMERS_OFFLINE")),
    copiesFiles: isOn("HF_HUB_DISABLE_SYMLINKS"),
    showsProgress: !isOn("HF_HUB_DISABLE_PROGRESS_BARS"),
    timeoutMs: 1000 * readSeconds(get),
  };
}

/**
 * How to reach the hub as the environment says.
 * @throws AtelierError `config` for a proxy or an address that is none, `file` for certificates that cannot be read.
 */
export function hubAccess(
  { endpoint, token, tokenSource, timeoutMs }: HubEnvironment,
  environment: Environment = process.env,
): HubAccess {
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw new AtelierError(
      "config",
      said`HF_ENDPOINT: expected an address such as https://huggingface.co, got ${endpoint}. Correct the variable, or unset it.`,
    );
  }
  const proxy = proxyFor(new URL(endpoint), environment);
  return {
    endpoint,
    token,
    tokenSource,
    fetch: createHubFetch(environment, { timeoutMs }),
    proxy: proxy && describeProxy(proxy),
  };
}

/** Variables that are set and mean nothing here, each with the reason. */
export function listUnheeded(environment: Environment): string[] {
  return Object.entries(unheeded).flatMap(([name, reason]) =>
    (environment[name] ?? "").trim() === "" ? [] : [`${name} (${reason})`],
  );
}

/** Names of the tokens that `hf auth login` has stored, of which `hf auth switch` makes one the token file's. */
export function listStoredTokens({ tokenPath }: Pick<HubEnvironment, "tokenPath">): string[] {
  const text = readIfThere(join(dirname(tokenPath), "stored_tokens")) ?? "";
  return [...text.matchAll(/^\[(.+)\]\s*$/gm)].map(([, name = ""]) => name);
}

/** Variables without spaces around them; an empty one is none. */
function readerOf(environment: Environment): (name: string) => string | undefined {
  return (name) => environment[name]?.trim() || undefined;
}

function hubHome(environment: Environment, home: string): string {
  const get = readerOf(environment);
  const cacheHome = get("XDG_CACHE_HOME") ?? join(home, ".cache");
  return expandPath(get("HF_HOME") ?? join(cacheHome, "huggingface"), environment, home);
}

interface Token {
  readonly value: string;
  readonly source: string;
}

/** Line ends in a token are copied with it, and would break the header that it goes into. */
function findToken(get: (name: string) => string | undefined, path: string): Token | undefined {
  const clean = (text: string) => text.replace(/[\r\n]/g, "").trim();
  for (const source of ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]) {
    const value = clean(get(source) ?? "");
    if (value !== "") return { value, source };
  }
  const value = clean(readIfThere(path) ?? "");
  return value === "" ? undefined : { value, source: path };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const isAbsent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (isAbsent) return undefined;
    throw new AtelierError(
      "file",
      said`${path}: expected a file with an access token of the Hugging Face Hub, got ${messageOf(cause)}. Correct its rights, or set HF_TOKEN.`,
      { cause },
    );
  }
}

const isTrue = (value = ""): boolean => ["1", "ON", "YES", "TRUE"].includes(value.toUpperCase());

/** `~` at the beginning, and variables as a shell writes them; unknown ones stay. */
function expandPath(path: string, environment: Environment, home: string): string {
  return path
    .replace(/^~(?=$|[\\/])/, home)
    .replace(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (whole, braced?: string, plain?: string) => environment[braced ?? plain ?? ""] ?? whole,
    );
}

/** The longer of the two times that there are, since requests of both kinds are sent alike. */
function readSeconds(get: (name: string) => string | undefined): number {
  const given = ["HF_HUB_DOWNLOAD_TIMEOUT", "HF_HUB_ETAG_TIMEOUT"].flatMap((name) => {
    const value = get(name);
    if (value === undefined) return [];
    const seconds = Number(value);
    // Timers hold at most 2^31 milliseconds.
    if (Number.isInteger(seconds) && seconds >= 0 && seconds < 2_000_000) return [seconds];
    throw new AtelierError(
      "config",
      said`${name}: expected a whole number of seconds, got ${value}. Correct the variable, or unset it.`,
    );
  });
  // 0 is none, as in Python.
  return Math.max(0, ...given) || defaultTimeoutSeconds;
}
