/**
 * @file Requests through the proxies of the environment, with the certificates of the environment and time limits.
 * Node's own `fetch` obeys proxies only from version 24 and where it is told, so undici's is taken on all.
 */

import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { AtelierError, messageOf, said } from "@atelier/engine";
import type { ConnectionSettings } from "./environment-dispatcher.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** How to send requests. */
export type HubFetchOptions = Pick<ConnectionSettings, "timeoutMs">;

/** @throws AtelierError `file` for certificates that cannot be read; requests also `config` for a proxy that is none. */
export function createHubFetch(
  environment: Environment,
  { timeoutMs }: HubFetchOptions,
): typeof fetch {
  const settings = { timeoutMs, certificates: readCertificates(environment) };
  let loading: Promise<typeof fetch> | undefined;
  return async (input, init) => {
    // Most commands send nothing, and do without what undici takes: an eighth of a second, and address space.
    loading ??= import("./environment-dispatcher.js").then(({ createEnvironmentFetch }) =>
      createEnvironmentFetch(environment, settings),
    );
    return (await loading)(input, init);
  };
}

/** Files of certificates that Python's tools and curl obey, the first that is set, and Node's own. */
function readCertificates(environment: Environment): readonly string[] | undefined {
  const names = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];
  const chosen = names.find((name) => (environment[name] ?? "").trim() !== "");
  if (chosen === undefined) return undefined;
  const read = (name: string): string[] => {
    const path = environment[name]?.trim() ?? "";
    if (path === "") return [];
    try {
      return [readFileSync(path, "utf8")];
    } catch (cause) {
      throw new AtelierError(
        "file",
        said`${name}: expected a file of certificates at ${path}, got ${messageOf(cause)}. Correct the variable, or unset it.`,
        { cause },
      );
    }
  };
  return [...rootCertificates, ...read(chosen), ...read("NODE_EXTRA_CA_CERTS")];
}
