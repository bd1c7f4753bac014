/**
 * @file The proxies of the environment, as curl, git and Python's tools read them: `HTTPS_PROXY`, `HTTP_PROXY`,
 * `ALL_PROXY` and `NO_PROXY`, in small letters too, which go first.
 */

import { BlockList, isIP } from "node:net";
import { AtelierError, said } from "@atelier/engine";

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy and where it is said. */
export interface ProxyServer {
  readonly url: URL;
  /** The variable, as it is written. */
  readonly variable: string;
}

/** What is spoken with a proxy. */
const protocols: readonly string[] = ["http:", "https:"];

/**
 * The proxy for a request, or `undefined` where it goes without.
 * @throws AtelierError `config` for a variable that is no address of a proxy.
 */
export function proxyFor(target: URL, environment: Environment): ProxyServer | undefined {
  if (isExcepted(target, read("no_proxy", environment)?.value ?? "")) return undefined;
  const own = read(`${target.protocol.slice(0, -1)}_proxy`, environment);
  const found = own ?? read("all_proxy", environment);
  return found === undefined || found.value === "" ? undefined : parseProxy(found);
}

/** All proxies that are said, by variable. @throws AtelierError `config` as {@link proxyFor}. */
export function listProxies(environment: Environment): ProxyServer[] {
  return ["https_proxy", "http_proxy", "all_proxy"].flatMap((name) => {
    const found = read(name, environment);
    return found === undefined || found.value === "" ? [] : [parseProxy(found)];
  });
}

/** `http://127.0.0.1:8012 (HTTPS_PROXY)`, without the password. */
export function describeProxy({ url, variable }: ProxyServer): string {
  const name = url.username === "" ? "" : `${url.username}:***@`;
  return `${url.protocol}//${name}${url.host} (${variable})`;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** A variable in small letters goes before one in capitals, even where it is empty, which means none. */
function read(name: string, environment: Environment): Variable | undefined {
  for (const spelled of [name, name.toUpperCase()]) {
    const value = environment[spelled]?.trim();
    if (value !== undefined) return { name: spelled, value };
  }
  return undefined;
}

function parseProxy({ name, value }: Variable): ProxyServer {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.hostname !== "" && protocols.includes(url.protocol)) {
    return { url, variable: name };
  }
  // The value may hold a password.
  const got = url === undefined ? "something else" : url.protocol.slice(0, -1);
  throw new AtelierError(
    "config",
    said`${name}: expected a proxy such as http://proxy.example:8080, got ${got}. Set HTTPS_PROXY to an HTTP proxy, which goes before ALL_PROXY, or name hosts that are reached without in NO_PROXY.`,
  );
}

/**
 * Whether `NO_PROXY` names a host: `*` is all; `example.org`, `.example.org` and `*.example.org` are the domain and all
 * below it; `host:port` is that port; `10.0.0.0/8` a network.
 */
function isExcepted({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  const ownPort = port === "" ? { "http:": "80", "https:": "443" }[protocol] : port;
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === "") return false;
    if (entry === "*") return true;
    const network = /^([^/]+)\/(\d{1,3})$/.exec(entry);
    if (network !== null) return isInNetwork(host, network[1] ?? "", Number(network[2]));
    const [, bracketed, name = "", entryPort] =
      /^(?:\[([^\]]+)\]|([^:]*|[^:]*:.*:[^:]*))(?::(\d+))?$/.exec(entry) ?? [];
    const domain = (bracketed ?? name).toLowerCase().replace(/^\*?\./, "");
    if (domain === "" || (entryPort !== undefined && entryPort !== ownPort)) return false;
    return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
  });
}

function isInNetwork(host: string, address: string, bits: number): boolean {
  const family = isIP(host) === 6 ? "ipv6" : "ipv4";
  const isFitting = isIP(host) !== 0 && isIP(address) === isIP(host);
  if (!isFitting || bits > (family === "ipv4" ? 32 : 128)) return false;
  const network = new BlockList();
  network.addSubnet(address, bits, family);
  return network.check(host, family);
}
