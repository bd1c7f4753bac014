/** @file A file server that sends files and their types, and nothing else: as most that serve static pages. */

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** A server of a folder. */
export interface FolderServer extends AsyncDisposable {
  readonly address: string;
  /** Files that are not there for now, by their names in the folder. */
  readonly hidden: Set<string>;
  /** Files that were asked for, by their names in the folder. */
  readonly served: string[];
}

/** A path of its own, as project pages have. */
const below = "/lessons/";

/** What gives a page threads. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Serves a folder. @param options.isolates whether pages are isolated by headers */
export async function serveFolder(
  folder: string,
  { isolates = false }: { readonly isolates?: boolean } = {},
): Promise<FolderServer> {
  const hidden = new Set<string>();
  const served: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const name = pathname.startsWith(below) ? pathname.slice(below.length) : undefined;
    const path = join(folder, normalize(`/${name === "" ? "index.html" : (name ?? "")}`));
    if (name === undefined || hidden.has(name) || !existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end();
      return;
    }
    served.push(name);
    const type = types[extname(path)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, ...(isolates && isolation) });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    hidden,
    served,
    address: `http://127.0.0.1:${port}${below}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
