/** @file Requests that no browser would send: any path, any header, any body, as they are. */

import { request } from "node:http";
import { connect, type Socket } from "node:net";

/** What is sent. */
export interface RawRequest {
  readonly method?: string;
  /** Not normalised. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in one piece with its length, or in chunks without. */
  readonly body?: string | Uint8Array | Iterable<Uint8Array>;
}

/** What came back. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends a request to a port of this machine. */
export function sendRaw(
  port: number,
  { method = "GET", path, headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent: false });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    if (typeof body === "string" || body instanceof Uint8Array) sent.end(body);
    else if (body === undefined) sent.end();
    else {
      for (const chunk of body) sent.write(chunk);
      sent.end();
    }
  });
}

/** Sends lines as they are, and gives the first line of the answer. */
export function sendLines(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    socket.setTimeout(10_000, () => socket.destroy(new Error("no answer")));
    socket.once("data", (data) => {
      resolve(data.toString("latin1").split("\r\n", 1).join());
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => resolve("closed"));
  });
}

/** Sends the beginning of a request, and gives the connection to be dropped. */
export function sendBeginning(port: number, text: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(text, () => resolve(socket));
    });
    socket.once("error", reject);
  });
}
