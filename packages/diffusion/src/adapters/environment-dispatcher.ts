/** @file undici's requests, each through the proxy that the environment has for it. Loaded with the first request. */

import { Agent, Dispatcher, Pool, ProxyAgent, fetch as undiciFetch } from "undici";
import { proxyFor } from "./proxy-environment.js";

/** How {@link createSender} sends. */
export interface SenderOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For a connection, an answer, and between two parts of it. */
  readonly timeoutMs: number;
  /** Certificates in PEM in place of Node's own. */
  readonly ca: readonly string[] | undefined;
}

/** A `fetch`. @throws AtelierError `config` from requests, for a proxy that is none. */
export function createSender(options: SenderOptions): typeof fetch {
  const dispatcher = new EnvironmentDispatcher(options);
  // The two declare the same standard, in types of their own.
  const send = undiciFetch as unknown as (
    input: Parameters<typeof fetch>[0],
    init: RequestInit & { dispatcher: Dispatcher },
  ) => Promise<Response>;
  return (input, init) => send(input, { ...init, dispatcher });
}

/** Chooses the proxy anew for every request, since an answer may send on to another host. */
class EnvironmentDispatcher extends Dispatcher {
  readonly #options: SenderOptions;
  readonly #agents = new Map<string, Dispatcher>();

  constructor(options: SenderOptions) {
    super();
    this.#options = options;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const proxy = proxyFor(new URL(String(options.origin)), this.#options.environment)?.url;
    const key = proxy?.href ?? "";
    const agent = this.#agents.get(key) ?? this.#createAgent(proxy);
    this.#agents.set(key, agent);
    return agent.dispatch(options, handler);
  }

  #createAgent(proxy: URL | undefined): Dispatcher {
    const { timeoutMs: timeout, ca } = this.#options;
    const limits = { headersTimeout: timeout, bodyTimeout: timeout };
    // A list that Node takes, which it may write to.
    const connect = { timeout, ...(ca === undefined ? {} : { ca: [...ca] }) };
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
