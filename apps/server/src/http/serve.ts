/** @file Listens on a port, and ends without cutting off who is being answered. */

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AtelierError, said } from "@atelier/engine";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import type { HttpEnv } from "./http-env.js";

/** Where to listen. */
export interface ListenOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Ends: takes nothing new, answers what is asked for, and cuts off after some time. */
  close(): Promise<void>;
}

/** Answers that are still on their way when the server ends are cut off after this time. */
const patienceMs = 3_000;

/** Serves an app. @throws AtelierError `config` where the port is taken or not to be had */
export async function serve(app: Hono<HttpEnv>, { host, port }: ListenOptions): Promise<Listening> {
  const adaptor = createAdaptorServer({
    fetch: app.fetch,
    // Bodies are read at the pace of their senders, and each chunk has a time of its own.
    serverOptions: { requestTimeout: 0, headersTimeout: 30_000, maxHeaderSize: 16_384 },
  });
  // Sound: without options of another protocol the adaptor makes a server of HTTP/1.1.
  const server = adaptor as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(cannotListen({ host, port }, cause)));
    server.listen(port, host, resolve);
  });
  // Sound: a server on a port has the address of one.
  const { port: taken } = server.address() as AddressInfo;
  return { port: taken, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection whose answer has just ended is kept for another request, which will not come.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), patienceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}

function cannotListen({ host, port }: ListenOptions, cause: Error): AtelierError {
  const code = "code" in cause ? String(cause.code) : cause.message;
  if (code === "EADDRINUSE") {
    return new AtelierError(
      "config",
      said`port ${port}: expected one that is free, got one that another program listens on. Is the Studio running already? Open it, or choose another with --port.`,
      { cause },
    );
  }
  if (code === "EACCES") {
    return new AtelierError(
      "config",
      said`port ${port}: expected one that this user may listen on, got one that is refused. Choose one above 1023 with --port.`,
      { cause },
    );
  }
  return new AtelierError(
    "config",
    said`address ${host}: expected one of this machine, got ${code}. Listen on 127.0.0.1, or on another address that it has.`,
    { cause },
  );
}
