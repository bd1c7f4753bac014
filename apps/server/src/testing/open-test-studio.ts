/** @file A Studio on a port of its own with a library in a temporary folder, for tests that speak HTTP with it. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { openStudio, type StudioOptions } from "../index.js";
import { type RawAnswer, type RawRequest, sendRaw } from "./raw-request.js";

/** The Studio and ways to speak with it. */
export interface TestStudio extends AsyncDisposable {
  readonly port: number;
  readonly key: string;
  /** `127.0.0.1:port`, as browsers send it. */
  readonly host: string;
  /** The library's folder; what lies beside it is nobody's business. */
  readonly library: string;
  /** A cookie of a browser that was let in. */
  readonly cookie: string;
  /** Sends a request as it is. */
  readonly send: (request: RawRequest) => Promise<RawAnswer>;
  /** The same with the key. */
  readonly ask: (request: RawRequest) => Promise<RawAnswer>;
  /** The same with a value as JSON. */
  readonly askJson: (method: string, path: string, value: unknown) => Promise<RawAnswer>;
  /** A form with files, with the key. */
  readonly upload: (
    path: string,
    files: readonly (readonly [string, Uint8Array])[],
  ) => Promise<RawAnswer>;
}

/** Opens one with a data set `cats` that holds `a.png`. */
export async function openTestStudio(options: Partial<StudioOptions> = {}): Promise<TestStudio> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-studio-"));
  const library = join(folder, "library");
  const page = join(folder, "page");
  await mkdir(join(library, "datasets", "cats"), { recursive: true });
  await mkdir(page);
  await writeFile(join(page, "index.html"), "the page");
  await writeFile(join(library, "datasets", "cats", "a.png"), await picture());
  await writeFile(join(folder, "secret.png"), "a secret beside the library");
  const studio = await openStudio({
    ...{ library, page, port: 0, version: "1.2.3", program: join(folder, "no-program.mjs") },
    ...{ takesJobs: false, checksAnswers: true, onError: console.error, ...options },
  });
  const { port } = new URL(studio.url);
  const send = (request: RawRequest) => sendRaw(Number(port), request);
  const withKey = (request: RawRequest): RawRequest => ({
    ...request,
    headers: { authorization: `Bearer ${studio.key}`, ...request.headers },
  });
  const ask = (request: RawRequest) => send(withKey(request));
  const askJson = (method: string, path: string, value: unknown) =>
    ask({
      ...{ method, path, body: JSON.stringify(value) },
      headers: { "content-type": "application/json" },
    });
  const session = await askJson("POST", "/api/session", { key: studio.key });
  return {
    port: Number(port),
    key: studio.key,
    host: `127.0.0.1:${port}`,
    library,
    cookie: String(session.headers["set-cookie"]).split(";", 1).join(),
    ...{ send, ask, askJson },
    upload: async (path, files) => {
      const form = new FormData();
      for (const [name, bytes] of files) {
        form.append("file", new Blob([new Uint8Array(bytes)]), name);
      }
      const request = new Request("http://localhost", { method: "POST", body: form });
      return ask({
        ...{ method: "POST", path, body: new Uint8Array(await request.arrayBuffer()) },
        headers: { "content-type": request.headers.get("content-type") ?? "" },
      });
    },
    async [Symbol.asyncDispose]() {
      await studio.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A small picture. */
export function picture(): Promise<Buffer> {
  const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 37) % 251));
  return sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer();
}
