/**
 * @file The page's files: what was built into a folder, and its `index.html` for every other address, which the page
 * itself reads. Files whose names hold a hash of their content are kept by browsers for good.
 */

import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/** Answers requests for the page. */
export type PageFiles = (request: Request) => Promise<Response>;

/**
 * Files of a folder by the addresses that they have. Only what is in the folder when the server starts, or when a
 * request misses something in it, has an address: no path of a request is ever opened.
 */
export function pageFiles(folder: string): PageFiles {
  let known = addressesIn(folder);
  return async (request) => {
    const { pathname } = new URL(request.url);
    let paths = await known;
    const isAsset = pathname.startsWith("/assets/");
    if (!paths.has(isAsset ? pathname : "/index.html")) {
      known = addressesIn(folder);
      paths = await known;
    }
    const found = paths.get(pathname);
    if (found !== undefined) return fileOf(found, isHashed(pathname));
    // A file that is not there is none of the page's own addresses.
    if (isAsset) return new Response("Not found", { status: 404 });
    const index = paths.get("/index.html");
    return index === undefined ? notBuilt() : fileOf(index, false);
  };
}

async function addressesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        const address = relative(folder, path).split(sep).map(encodeURIComponent).join("/");
        return [`/${address}`, path];
      }),
  );
}

async function fileOf(path: string, isLasting: boolean): Promise<Response> {
  const bytes = await readFile(path).catch(() => undefined);
  // The folder is being built anew.
  if (bytes === undefined) return notBuilt();
  return new Response(new Uint8Array(bytes), {
    headers: {
      "content-type": types[extname(path)] ?? "application/octet-stream",
      "cache-control": isLasting ? "public, max-age=31536000, immutable" : "no-cache",
    },
  });
}

/** As Vite names what it builds: `index-BqVPzcWn.js`. */
function isHashed(address: string): boolean {
  return /^\/assets\/.+-[\w-]{8}\.\w+$/.test(address);
}

function notBuilt(): Response {
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Atelier</title>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 36em; margin: 4em auto; padding: 0 1em">
<h1>The Studio's page is not built</h1>
<p>The server runs, and its API answers (<a href="/api/docs">what it can do</a>). Build the page with
<code>npm run build -w apps/studio</code>, then load this address again.</p>
<p lang="ko">서버는 실행 중이지만 스튜디오 화면이 아직 빌드되지 않았습니다.
<code>npm run build -w apps/studio</code>를 실행한 뒤 새로 고치세요.</p>
`;
  return new Response(page, {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}
