/**
 * @file Sessions of browsers: a cookie that page scripts cannot read and other sites cannot send, for a key that was
 * shown once. A cookie proves itself by the key, so that it outlives a restart of the server and ends with its key.
 */

import { createHmac, randomBytes } from "node:crypto";
import { isSame } from "./keys.js";

/** Sessions of one key. */
export interface Sessions {
  /** The header that gives a browser its cookie. */
  open(isSecure: boolean): string;
  /** The header that takes it away again; the cookie counts no more, wherever a copy of it is. */
  close(cookies: string): string;
  /** Whether a request's cookies hold one of these. */
  isOpen(cookies: string): boolean;
}

const maxAgeSeconds = 30 * 24 * 3_600;

/** Sessions of a key. */
export function openSessions(key: string, now: () => number = Date.now): Sessions {
  const closed = new Set<string>();
  const proofOf = (text: string): string =>
    createHmac("sha256", key).update(text).digest("base64url");
  // All ports of a host share their cookies; two servers on it do not.
  const name = `atelier-${proofOf("name").slice(0, 8)}`;
  const attributes = "Path=/; HttpOnly; SameSite=Strict";

  /** The part that names a session, where it is whole and still holds. */
  const sessionIn = (cookies: string): string | undefined => {
    for (const cookie of cookies.split(";")) {
      const [given, value = ""] = cookie.trim().split("=");
      const match = /^(\d{1,16})\.([\w-]{22})\.([\w-]{43})$/.exec(value);
      if (given !== name || match === null) continue;
      const [, until = "", nonce = "", proof = ""] = match;
      const session = `${until}.${nonce}`;
      if (
        isSame(proof, proofOf(`session ${session}`)) &&
        Number(until) > now() &&
        !closed.has(session)
      ) {
        return session;
      }
    }
    return undefined;
  };

  return {
    open: (isSecure) => {
      const until = now() + maxAgeSeconds * 1_000;
      const session = `${until}.${randomBytes(16).toString("base64url")}`;
      const value = `${session}.${proofOf(`session ${session}`)}`;
      const secure = isSecure ? "; Secure" : "";
      return `${name}=${value}; ${attributes}; Max-Age=${maxAgeSeconds}${secure}`;
    },
    close: (cookies) => {
      const session = sessionIn(cookies);
      if (session !== undefined) closed.add(session);
      return `${name}=; ${attributes}; Max-Age=0`;
    },
    isOpen: (cookies) => sessionIn(cookies) !== undefined,
  };
}
