/** @file A hub on this machine for tests of downloads, which can be told to misbehave. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { fixture } from "./fixtures.js";

/** Of every repository. */
export const commit = "0123456789abcdef0123456789abcdef01234567";
/** The largest file of `org/tiny`. */
export const unetPath: string = "unet/diffusion_pytorch_model.safetensors";
/** What `org/tiny` holds of a model, by where fixtures have it. */
export const sources: Readonly<Record<string, string>> = {
  "model_index.json": "tiny-checkpoints/tiny-sd1/model_index.json",
  "scheduler/scheduler_config.json": "tiny-checkpoints/tiny-sd1/scheduler/scheduler_config.json",
  "tokenizer/merges.txt": "tokenizer-small/merges.txt",
  "tokenizer/vocab.json": "tokenizer-small/vocab.json",
  "unet/config.json": "tiny-checkpoints/tiny-sd1/unet/config.json",
  [unetPath]: `tiny-checkpoints/tiny-sd1/${unetPath}`,
  "vae/config.json": "tiny-checkpoints/tiny-sd1/vae/config.json",
  "vae/diffusion_pytorch_model.safetensors":
    "tiny-checkpoints/tiny-sd1/vae/diffusion_pytorch_model.safetensors",
  "text_encoder/config.json": "tiny-checkpoints/tiny-sd1/text_encoder/config.json",
  "text_encoder/model.safetensors": "tiny-checkpoints/tiny-sd1/text_encoder/model.safetensors",
};

/** A hub on 127.0.0.1 that can be told to misbehave. */
export interface FakeHub {
  readonly endpoint: string;
  readonly requests: {
    method: string;
    url: string;
    range: string | undefined;
    token: string | undefined;
  }[];
  /** The files of `org/tiny`; tests add and change them. */
  readonly files: Map<string, Uint8Array>;
  /** The files of `org/vae`. */
  readonly vae: Map<string, Uint8Array>;
  /** Answers every request with this status. */
  status: number | undefined;
  /** Breaks the connection after so many bytes of each large file. */
  cutAfter: number | undefined;
  ignoresRanges: boolean;
  /** Sends a byte of large files wrongly. */
  corrupts: boolean;
  close(): Promise<void>;
}

/** Whether a file is one of LFS, which the hub knows by its SHA-256. */
export const isLarge = (path: string): boolean => path.endsWith(".safetensors");
export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");
export const gitSha1 = (bytes: Uint8Array): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** A hub with the repositories `org/tiny`, a whole model, and `org/vae`, its autoencoder alone. */
export async function startHub(): Promise<FakeHub> {
  const server = createServer((request, response) => answer(hub, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const files = new Map<string, Uint8Array>();
  for (const [path, source] of Object.entries(sources)) {
    files.set(path, await readFile(fixture(source)));
  }
  // What a repository holds besides, and nobody needs.
  for (const extra of [
    "README.md",
    "unet/diffusion_pytorch_model.bin",
    "v1-5.ckpt",
    "safety_checker/model.safetensors",
  ]) {
    files.set(extra, new Uint8Array(10));
  }
  const own = [...files].filter(([path]) => path.startsWith("vae/"));
  const vae = new Map(own.map(([path, bytes]) => [path.slice("vae/".length), bytes]));
  const hub: FakeHub = {
    endpoint: `http://127.0.0.1:${port}`,
    requests: [],
    files,
    vae,
    status: undefined,
    cutAfter: undefined,
    ignoresRanges: false,
    corrupts: false,
    close: () => stop(server),
  };
  return hub;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function answer(hub: FakeHub, request: IncomingMessage, response: ServerResponse): void {
  const url = decodeURIComponent(request.url ?? "");
  const { range, authorization: token } = request.headers;
  hub.requests.push({ method: request.method ?? "", url, range, token });
  const json = (value: unknown) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(value));
  };
  const [, name] = /^(?:\/api\/models)?\/org\/(\w+)\//.exec(url) ?? [];
  const files = name === "tiny" ? hub.files : hub.vae;
  const repo = `org/${name}`;
  const file = new RegExp(`^/${repo}/resolve/(\\w+)/(.*)$`).exec(url);
  if (hub.status !== undefined) {
    response.statusCode = hub.status;
    response.end();
  } else if (name !== "tiny" && name !== "vae") {
    response.statusCode = 404;
    response.end();
  } else if (url.startsWith(`/api/models/${repo}/revision/`)) {
    json({ _id: "1", id: repo, sha: commit, lastModified: "2024-01-01T00:00:00Z" });
  } else if (url.startsWith(`/api/models/${repo}/tree/${commit}`)) {
    json([...files].map(describeFile));
  } else if (file?.[1] === commit && files.has(file[2] ?? "")) {
    sendFile(hub, { path: file[2] ?? "", files }, request, response);
  } else {
    response.statusCode = 404;
    response.end();
  }
}

function describeFile([path, bytes]: readonly [string, Uint8Array]): unknown {
  const lfs = { oid: sha256(bytes), size: bytes.length, pointerSize: 130 };
  const common = { type: "file", path, size: bytes.length, oid: gitSha1(bytes) };
  return isLarge(path) ? { ...common, oid: gitSha1(new Uint8Array()), lfs } : common;
}

function sendFile(
  hub: FakeHub,
  { path, files }: { readonly path: string; readonly files: ReadonlyMap<string, Uint8Array> },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  let bytes = Uint8Array.from(files.get(path) ?? []);
  if (hub.corrupts && isLarge(path)) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  const start = hub.ignoresRanges
    ? 0
    : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (start > 0) {
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
  }
  bytes = bytes.subarray(start);
  response.setHeader("content-length", bytes.length);
  const cut = isLarge(path) ? hub.cutAfter : undefined;
  if (cut === undefined || cut >= bytes.length) {
    response.end(bytes);
  } else {
    response.write(bytes.subarray(0, cut), () => response.destroy());
  }
}
