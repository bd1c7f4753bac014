/**
 * @file Requests through the proxies of the environment, with the certificates of the environment and time limits.
 * Node's own `fetch` obeys proxies only from version 24 and where it is told, so undici's is taken on all.
 */

import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { Agent, Dispatcher, Pool, ProxyAgent, fetch as undiciFetch } from "undici";
import { proxyFor } from "./proxy-environment.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** How to send requests. */
export interface HubFetchOptions {
  /** For a connection, an answer, and between two parts of it. */
  readonly timeoutMs: number;
}

/** @throws AtelierError `file` for certificates that cannot be read; requests also `config` for a proxy that is none. */
export function createHubFetch(
  environment: Environment,
  { timeoutMs }: HubFetchOptions,
): typeof fetch {
  const dispatcher = new EnvironmentDispatcher(environment, timeoutMs);
  // The two declare the same standard, in types of their own.
  const send = undiciFetch as unknown as (
    input: Parameters<typeof fetch>[0],
    init: RequestInit & { dispatcher: Dispatcher },
  ) => Promise<Response>;
  return (input, init) => send(input, { ...init, dispatcher });
}

/** Chooses the proxy anew for every request, since an answer may send on to another host. */
class EnvironmentDispatcher extends Dispatcher {
  readonly #environment: Environment;
  readonly #timeoutMs: number;
  readonly #certificates: { readonly ca?: readonly string[] };
  readonly #agents = new Map<string, Dispatcher>();

  constructor(environment: Environment, timeoutMs: number) {
    super();
    this.#environment = environment;
    this.#timeoutMs = timeoutMs;
    this.#certificates = readCertificates(environment);
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const proxy = proxyFor(new URL(String(options.origin)), this.#environment)?.url;
    const key = proxy?.href ?? "";
    const agent = this.#agents.get(key) ?? this.#createAgent(proxy);
    this.#agents.set(key, agent);
    return agent.dispatch(options, handler);
  }

  #createAgent(proxy: URL | undefined): Dispatcher {
    const timeout = this.#timeoutMs;
    const limits = { headersTimeout: timeout, bodyTimeout: timeout };
    const connect = { timeout, ...tlsOf(this.#certificates) };
    if (proxy === undefined) return new Agent({ ...limits, connect });
    const factory = (origin: string | URL, options: object) =>
      new Pool(origin, { ...options, ...limits });
    return new ProxyAgent({
      ...limits,
      uri: proxy.href,
      // Plain HTTP is asked of the proxy itself, as curl does: few let a tunnel through to port 80.
      proxyTunnel: false,
      clientFactory: factory,
      factory,
      proxyTls: connect,
      requestTls: connect,
    });
  }
}

/** A list that Node takes, which it may write to. */
const tlsOf = ({ ca }: { readonly ca?: readonly string[] }) =>
  ca === undefined ? {} : { ca: [...ca] };

/** Files of certificates that Python's tools and curl obey, the first that is set, and Node's own. */
function readCertificates(environment: Environment): { readonly ca?: readonly string[] } {
  const names = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];
  const chosen = names.find((name) => (environment[name] ?? "").trim() !== "");
  if (chosen === undefined) return {};
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
  return { ca: [...rootCertificates, ...read(chosen), ...read("NODE_EXTRA_CA_CERTS")] };
}
