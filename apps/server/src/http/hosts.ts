/**
 * @file Names that the server answers to. A page of a stranger can make its own name point here (DNS rebinding), and
 * the browser then takes this server for that page's own; by the name in `Host` it is told from those who mean us.
 */

import { isIP } from "node:net";
import { hostname } from "node:os";

/** Whether requests by this `Host` are answered. */
export type HostCheck = (host: string) => boolean;

/** Whether a host to listen on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * @param listened where the server listens
 * @param allowed further names, of a proxy before it
 */
export function hostCheck(listened: string, allowed: readonly string[] = []): HostCheck {
  const names = new Set(["localhost", ...allowed.map((name) => name.toLowerCase())]);
  const isOpen = !isLoopback(listened);
  if (isOpen) for (const name of [listened, hostname(), `${hostname()}.local`]) names.add(name);
  return (host) => {
    const name = nameIn(host);
    if (name === undefined) return false;
    if (names.has(name)) return true;
    // No name can be made to point elsewhere where there is none.
    return isOpen ? isIP(name) !== 0 : isLoopback(name);
  };
}

/** The name before the port, of an IPv6 address without its brackets. */
function nameIn(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
