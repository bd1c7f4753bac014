/** @file Requests to the Hugging Face Hub: what a revision is, which files it has, and refusals. */

import { AtelierError, messageOf, type Sentence, said } from "@atelier/engine";
import { z } from "zod";
import type { HubFile } from "./download-blob.js";
import { type HubSource, isCommit, requireSafePath } from "./hub-name.js";

/** How to reach the hub. */
export interface HubAccess {
  /** Address of the hub, without a slash at the end. */
  readonly endpoint: string;
  /** An access token for private and gated repositories. */
  readonly token?: string | undefined;
  /** Where it is from, for messages. */
  readonly tokenSource?: string | undefined;
  /** How requests are sent, for proxies. */
  readonly fetch?: typeof fetch | undefined;
  /** The proxy that requests to the hub go through, for messages. */
  readonly proxy?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A revision as the hub knows it. */
export interface HubRevision {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

/** Requests to one hub. */
export interface HubClient {
  /** @throws AtelierError `network` when the repository or revision is unknown, gated or out of reach. */
  describe(source: HubSource): Promise<HubRevision>;
  urlOf(repo: string, file: { readonly commit: string; readonly path: string }): string;
  /** A request for a file. @throws AtelierError `network` for any status but success. */
  send(url: string, headers: Readonly<Record<string, string>>): Promise<Response>;
}

const treeEntrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size: z.int().min(0),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().min(0) }).optional(),
});

/** A client of the hub at `access.endpoint`. */
export function createHubClient(access: HubAccess): HubClient {
  const request: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    if (access.token !== undefined) headers.set("authorization", `Bearer ${access.token}`);
    const signal = access.signal ?? null;
    return (access.fetch ?? fetch)(input, { ...init, headers, signal });
  };
  return {
    describe: (source) => describe(source, access, request),
    urlOf: (repo, { commit, path }) =>
      `${access.endpoint}/${repo}/resolve/${commit}/${path.split("/").map(encodeURIComponent).join("/")}`,
    async send(url, headers) {
      const response = await request(url, { headers }).catch((error: unknown) => {
        throw new Error(reasonOf(error, access), { cause: error });
      });
      if (response.ok) return response;
      await response.body?.cancel();
      throw refusal(url, response.status, access);
    },
  };
}

async function describe(
  { repo, revision }: HubSource,
  access: HubAccess,
  request: typeof fetch,
): Promise<HubRevision> {
  const where = `${repo}@${revision}`;
  const common = { hubUrl: access.endpoint, fetch: request };
  // Loaded where there is something to ask: most commands ask nothing.
  const { HubApiError, listFiles, modelInfo } = await import("@huggingface/hub");
  try {
    const info = await modelInfo({ name: repo, revision, additionalFields: ["sha"], ...common });
    const commit: unknown = info.sha;
    if (typeof commit !== "string" || !isCommit(commit)) {
      throw malformed(where, access, `a commit ${JSON.stringify(commit)}`);
    }
    const files: HubFile[] = [];
    const entries = listFiles({ repo, revision: commit, recursive: true, ...common });
    for await (const value of entries) {
      const entry = treeEntrySchema.safeParse(value);
      if (!entry.success) throw malformed(where, access, "a file list of another form");
      const { type, path, size, oid, lfs } = entry.data;
      if (type !== "file") continue;
      const hash = lfs?.oid ?? oid;
      files.push({ path: requireSafePath(repo, path), sizeBytes: lfs?.size ?? size, hash });
    }
    return { commit, files };
  } catch (error) {
    if (error instanceof HubApiError) throw refusal(where, error.statusCode, access, error);
    throw explain(error, where, access);
  }
}

function explain(error: unknown, where: string, access: HubAccess): AtelierError {
  if (error instanceof AtelierError) return error;
  if (access.signal?.aborted) {
    return new AtelierError("aborted", said`${where}: stopped before the download began.`, {
      cause: error,
    });
  }
  const check =
    access.proxy === undefined ? "the connection" : "the proxy (hosts in NO_PROXY go without)";
  return new AtelierError(
    "network",
    said`${where}: expected an answer from ${access.endpoint}, got ${reasonOf(error, access)}. Check ${check} and HF_ENDPOINT, or use what is in the cache with HF_HUB_OFFLINE=1.`,
    { cause: error },
  );
}

/** The deepest reason of a failed request, and the proxy that it went through. */
function reasonOf(error: unknown, { proxy }: HubAccess): string {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  const reasons = cause instanceof AggregateError ? cause.errors.map(messageOf) : [];
  const reason = messageOf(cause) || reasons.join(", ") || messageOf(error);
  return proxy === undefined ? reason : `${reason}, through the proxy ${proxy}`;
}

function malformed(where: string, { endpoint }: HubAccess, got: string): AtelierError {
  return new AtelierError(
    "network",
    said`${where}: expected a Hugging Face Hub at ${endpoint}, got ${got}. Check HF_ENDPOINT.`,
  );
}

function refusal(where: string, status: number, access: HubAccess, cause?: unknown): AtelierError {
  const through = access.proxy === undefined ? "" : said` through the proxy ${access.proxy}`;
  return new AtelierError(
    "network",
    said`${where}: expected the files of a repository, got status ${status} from ${access.endpoint}${through}. ${adviceFor(status, access)}`,
    { context: { status }, cause },
  );
}

function adviceFor(
  status: number,
  { token, tokenSource = "HF_TOKEN", proxy }: HubAccess,
): Sentence {
  switch (status) {
    case 401:
      return token !== undefined
        ? said`The token in ${tokenSource} is not valid for it; make a new one under Settings, Access Tokens.`
        : said`It does not exist, or is private or gated: check the name, and set HF_TOKEN to an access token of an account that may read it.`;
    case 403:
      return said`It is gated: accept its conditions on its web page with the account whose token is in ${tokenSource}.`;
    case 407:
      return said`The proxy wants a name and a password: write http://name:password@host:port into its variable.`;
    case 404:
      return said`No such repository, revision or file; check the name and the part behind the @.`;
    case 429:
      return said`Too many requests; wait a few minutes.`;
    default:
      if (status < 500) return said`Check the name.`;
      return proxy === undefined
        ? said`The hub has a problem; try again later.`
        : said`The hub or the proxy has a problem; try again later.`;
  }
}
