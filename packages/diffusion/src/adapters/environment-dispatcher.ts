/** @file Undici with the proxy that the environment names for each request. Loaded with the first request. */

import { Agent, Dispatcher, Pool, ProxyAgent, fetch as undiciFetch } from "undici";
import { proxyFor } from "./proxy-environment.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** What holds for every connection. */
export interface ConnectionSettings {
  /** For a connection, an answer, and between two parts of it. */
  readonly timeoutMs: number;
  /** Instead of Node's own. */
  readonly certificates: readonly string[] | undefined;
}

/** A `fetch` that takes the proxies of the environment. Its requests throw AtelierError `config` for one that is none. */
export function createEnvironmentFetch(
  environment: Environment,
  settings: ConnectionSettings,
): typeof fetch {
  const dispatcher = new EnvironmentDispatcher(environment, settings);
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
  readonly #settings: ConnectionSettings;
  readonly #agents = new Map<string, Dispatcher>();

  constructor(environment: Environment, settings: ConnectionSettings) {
    super();
    this.#environment = environment;
    this.#settings = settings;
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
    const { timeoutMs: timeout, certificates } = this.#settings;
    const limits = { headersTimeout: timeout, bodyTimeout: timeout };
    // A list that Node takes, which it may write to.
    const tls = certificates === undefined ? {} : { ca: [...certificates] };
    const connect = { timeout, ...tls };
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
