/**
 * @file A small server that speaks S3's language, for tests: one bucket with path-style addresses in memory, signatures
 * checked, lists in pages. It can break off answers and refuse requests, as real ones do.
 */

import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The server. */
export interface FakeS3 extends AsyncDisposable {
  readonly endpoint: string;
  readonly bucket: string;
  /** What it holds, by keys. */
  readonly objects: Map<string, StoredObject>;
  /** Requests so far: `PUT atelier/blobs/…`. */
  readonly requests: string[];
  /** So many answers with content break off in their midst from now on. */
  cuts: number;
  /** Uploads that it takes before it says that it is out of order. */
  puts: number;
  /** Environment of a program that may use it. */
  readonly env: Readonly<Record<string, string>>;
}

interface StoredObject {
  readonly bytes: Buffer;
  readonly stored: Date;
}

const keys = { id: "AKIDEXAMPLE", secret: "a secret of tests" };
const keysInAPage = 3;

/** Starts one. */
export async function startFakeS3(): Promise<FakeS3> {
  const server = createServer((request, response) => {
    answer(state, request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Sound: it listens on a port.
  const { port } = server.address() as AddressInfo;
  const state: FakeS3 = {
    endpoint: `http://127.0.0.1:${port}`,
    bucket: "atelier",
    ...{ objects: new Map(), requests: [], cuts: 0, puts: Number.POSITIVE_INFINITY },
    env: {
      AWS_ACCESS_KEY_ID: keys.id,
      AWS_SECRET_ACCESS_KEY: keys.secret,
      AWS_REGION: "us-east-1",
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return state;
}

async function answer(
  state: FakeS3,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  const url = new URL(request.url ?? "/", state.endpoint);
  const [bucket, ...names] = decodeURIComponent(url.pathname).slice(1).split("/");
  const key = names.join("/");
  state.requests.push(`${request.method} ${key}`);
  const fault = faultOf(request, url);
  if (fault !== undefined) return refuse(response, 403, fault);
  if (bucket !== state.bucket) return refuse(response, 404, "NoSuchBucket");
  // Checksums behind the body are not everybody's.
  if (request.headers["x-amz-trailer"] !== undefined)
    return refuse(response, 501, "NotImplemented");
  const found = state.objects.get(key);
  switch (request.method) {
    case "PUT":
      state.puts -= 1;
      if (state.puts < 0) return refuse(response, 503, "ServiceUnavailable");
      state.objects.set(key, { bytes: body, stored: new Date() });
      response.writeHead(200).end();
      return;
    case "DELETE":
      state.objects.delete(key);
      response.writeHead(204).end();
      return;
    case "HEAD":
    case "GET":
      if (key === "") return list(state, url, response);
      if (found === undefined) return refuse(response, 404, "NoSuchKey");
      response.writeHead(200, {
        "content-length": found.bytes.length,
        "last-modified": found.stored.toUTCString(),
      });
      if (request.method === "GET" && state.cuts > 0) {
        state.cuts -= 1;
        response.write(found.bytes.subarray(0, Math.ceil(found.bytes.length / 2)), () =>
          response.destroy(),
        );
        return;
      }
      response.end(request.method === "HEAD" ? undefined : found.bytes);
      return;
    default:
      return refuse(response, 405, "MethodNotAllowed");
  }
}

function list(state: FakeS3, url: URL, response: ServerResponse): void {
  const prefix = url.searchParams.get("prefix") ?? "";
  const after = url.searchParams.get("continuation-token") ?? "";
  const all = [...state.objects]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const left = all.filter(([key]) => key > after);
  const page = left.slice(0, keysInAPage);
  const last = page.at(-1)?.[0];
  const more = left.length > page.length && last !== undefined;
  const contents = page.map(
    ([key, { bytes, stored }]) =>
      `<Contents><Key>${key}</Key><LastModified>${stored.toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`,
  );
  const next = more ? `<NextContinuationToken>${last}</NextContinuationToken>` : "";
  response
    .writeHead(200, { "content-type": "application/xml" })
    .end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`,
    );
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { "content-type": "application/xml" })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What is wrong with a request's signature (AWS Signature Version 4). */
function faultOf(request: IncomingMessage, url: URL): string | undefined {
  const header = request.headers.authorization ?? "";
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      header,
    );
  if (parts === null) return "AccessDenied";
  const [, id = "", day = "", region = "", names = "", signature = ""] = parts;
  if (id !== keys.id) return "InvalidAccessKeyId";
  const headerOf = (name: string): string => String(request.headers[name] ?? "").trim();
  const query = [...url.searchParams]
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .sort()
    .join("&");
  const canonical = [
    ...[request.method, url.pathname, query],
    ...names.split(";").map((name) => `${name}:${headerOf(name)}`),
    ...["", names, headerOf("x-amz-content-sha256")],
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", headerOf("x-amz-date"), scope, sha256(canonical)].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${keys.secret}`),
  );
  return hmac(key, text).toString("hex") === signature ? undefined : "SignatureDoesNotMatch";
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
