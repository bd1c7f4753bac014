/**
 * @file Who is answered: requests by a name of this server, from its own page or from programs, with its key. What
 * browsers are told of answers: to run no other page's scripts, to show none of this in another page, and to take
 * nothing for what it is not.
 */

import { said } from "@atelier/engine";
import type { MiddlewareHandler } from "hono";
import { refused } from "../api/refusal.js";
import type { HostCheck } from "./hosts.js";
import type { HttpEnv } from "./http-env.js";
import { type Attempts, isSame } from "./keys.js";
import type { Sessions } from "./sessions.js";

/** What the page may do. Its own styles are written by scripts (Mantine), therefore `unsafe-inline` there. */
const pagePolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const answerHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": pagePolicy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=()",
};

/** Of a report: it is shown alone, or within the page, and runs nothing. */
export const reportHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  "x-frame-options": "SAMEORIGIN",
  "content-type": "text/html; charset=utf-8",
  "content-disposition": "inline",
};

/** Sets on every answer what is not set yet. */
export function setHeaders(headers: Headers): void {
  for (const [name, value] of Object.entries(answerHeaders)) {
    if (!headers.has(name)) headers.set(name, value);
  }
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
}

/** Answers no request by another's name. */
export function onlyOwnHosts(isOwn: HostCheck): MiddlewareHandler<HttpEnv> {
  return async ({ req }, next) => {
    const host = req.header("host") ?? "";
    // A request can name another host in its first line as well.
    if (!isOwn(host) || !isOwn(new URL(req.url).host)) {
      throw refused(
        "forbidden",
        said`host: expected an address of this server, got ${host || "none"}. Open it by the address that it printed at its start.`,
      );
    }
    await next();
  };
}

/** Answers no request that another site's page has made, whatever cookies come with it. */
export function onlyOwnPages(): MiddlewareHandler<HttpEnv> {
  return async ({ req }, next) => {
    const origin = req.header("origin");
    const site = req.header("sec-fetch-site");
    const isRead = req.method === "GET" || req.method === "HEAD";
    const isOwnSite = site === "same-origin" || (site === "none" && isRead);
    const isForeign =
      (origin !== undefined && hostOf(origin) !== req.header("host")?.toLowerCase()) ||
      (site !== undefined && !isOwnSite);
    if (isForeign) throw foreignPage(origin ?? site ?? "");
    await next();
  };
}

/** Who asks for a key, and who has shown one. */
export interface Guard {
  readonly key: string;
  readonly sessions: Sessions;
  readonly attempts: Attempts;
}

/** Answers no request without the key or a browser's session. */
export function onlyKeyHolders({ key, sessions, attempts }: Guard): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const { req } = context;
    const authorization = req.header("authorization");
    if (authorization !== undefined) {
      checkKey(/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? "", context.var.address, {
        key,
        attempts,
      });
      await next();
      return;
    }
    if (!sessions.isOpen(req.header("cookie") ?? "")) throw noKey();
    // A browser that sends a cookie with a change says which page has made it.
    const isRead = req.method === "GET" || req.method === "HEAD";
    const isTold = req.header("origin") ?? req.header("sec-fetch-site");
    if (!isRead && isTold === undefined) throw foreignPage("none");
    await next();
  };
}

/** @throws AtelierError, a refusal, where a key is another, or too many were */
export function checkKey(
  given: string,
  address: string,
  { key, attempts }: Pick<Guard, "key" | "attempts">,
): void {
  const seconds = attempts.secondsToWait(address);
  if (seconds > 0) {
    throw refused(
      "too-many-requests",
      said`key: expected fewer wrong ones, got too many. Wait ${seconds} s.`,
      { seconds },
    );
  }
  if (isSame(given, key)) return;
  attempts.failed(address);
  throw noKey();
}

function noKey(): Error {
  return refused(
    "unauthorized",
    said`key: expected this server's, got another or none. Open the address that the server printed at its start, or send what stands in the library's file token as Authorization: Bearer.`,
  );
}

function foreignPage(origin: string): Error {
  return refused(
    "forbidden",
    said`origin: expected this server's own page, got ${origin}. Open the address that the server printed at its start.`,
  );
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host || undefined : undefined;
}
