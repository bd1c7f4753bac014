/**
 * @file A storage in a bucket of S3, or of a server that speaks its language. Its client is loaded when it is opened, so
 * that nobody else waits for it.
 */

import { type AtelierError, messageOf, said } from "@atelier/engine";
import type { S3Client } from "@aws-sdk/client-s3";
import { type ArtifactStore, blobKey, hashOfKey } from "./artifact-store.js";
import { storageAway } from "./storage-error.js";

/** Where it is. */
export interface S3Place {
  readonly bucket: string;
  /** Of all keys, without a slash at its end; may be empty. */
  readonly prefix: string;
  /** Of another server than Amazon's. */
  readonly endpoint?: string | undefined;
}

const tries = 5;
const connectMs = 10_000;
/** Of a server that says nothing. */
const silentMs = 120_000;

/** Opens the storage of a bucket; region and keys are those of the environment. Nothing is asked of it yet. */
export async function openS3Store({ bucket, prefix, endpoint }: S3Place): Promise<ArtifactStore> {
  // It speaks of the Node that its later versions need; this one is what is installed.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const sdk = await import("@aws-sdk/client-s3");
  const client: S3Client = new sdk.S3Client({
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(endpoint !== undefined && !hasRegion() && { region: "us-east-1" }),
    // Servers of others do not know the checksums that Amazon's has by default; what comes is compared with its name.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: tries,
    requestHandler: { connectionTimeout: connectMs, socketTimeout: silentMs },
  });
  const name = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
  const start = prefix === "" ? "" : `${prefix}/`;
  const of = (hash: string) => ({ Bucket: bucket, Key: start + blobKey(hash) });
  const attempt = <Value>(work: () => Promise<Value>): Promise<Value> => attemptAt(name, work);
  return {
    name,
    put: (hash, bytes) =>
      attempt(async () => {
        await client.send(new sdk.PutObjectCommand({ ...of(hash), Body: bytes }));
      }),
    get: (hash) =>
      attempt(() =>
        orNothing(() =>
          whole(async () => {
            const { Body } = await client.send(new sdk.GetObjectCommand(of(hash)));
            return Body?.transformToByteArray();
          }),
        ),
      ),
    stored: (hash) =>
      attempt(() =>
        orNothing(async () => {
          const { LastModified } = await client.send(new sdk.HeadObjectCommand(of(hash)));
          return LastModified ?? new Date(0);
        }),
      ),
    async *list() {
      let token: string | undefined;
      do {
        const more = token === undefined ? {} : { ContinuationToken: token };
        const page = await attempt(() =>
          client.send(
            new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: `${start}blobs/`, ...more }),
          ),
        );
        for (const { Key, LastModified } of page.Contents ?? []) {
          const hash = hashOfKey(Key ?? "");
          if (hash !== undefined && LastModified !== undefined)
            yield { hash, stored: LastModified };
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    remove: (hash) =>
      attempt(async () => {
        await client.send(new sdk.DeleteObjectCommand(of(hash)));
      }),
  };
}

/** The client would refuse to begin without one; servers of others take any. */
const hasRegion = (): boolean =>
  [process.env["AWS_REGION"], process.env["AWS_DEFAULT_REGION"]].some(
    (region) => region !== undefined && region !== "",
  );

/** The client asks again where there is no answer, but not where one breaks off. */
async function whole<Value>(read: () => Promise<Value>): Promise<Value> {
  for (let count = 1; ; count += 1) {
    try {
      return await read();
    } catch (error) {
      if (count === tries || statusOf(error) !== undefined) throw error;
    }
  }
}

async function orNothing<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    const isAbsent = statusOf(error) === 404 && !isBucketAbsent(error);
    if (isAbsent) return undefined;
    throw error;
  }
}

async function attemptAt<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw told(name, error);
  }
}

const refusals = new Set([401, 403]);

function told(name: string, error: unknown): AtelierError {
  const kind = error instanceof Error ? error.name : "";
  if (isBucketAbsent(error)) {
    return storageAway(
      said`storage ${name}: expected a bucket of this name, got none. Make it, or correct the name in --storage.`,
      error,
    );
  }
  if (kind === "CredentialsProviderError") {
    return storageAway(
      said`storage ${name}: expected keys that open it, got none. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
      error,
    );
  }
  if (refusals.has(statusOf(error) ?? 0)) {
    return storageAway(
      said`storage ${name}: expected keys that may list, read, write and delete there, got ones that it refuses (${kind}). Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what they are allowed.`,
      error,
    );
  }
  const code = codeIn(error);
  return storageAway(
    said`storage ${name}: expected to reach it, got ${code ?? messageOf(error)}. See whether it runs, whether this machine may connect, and whether --storage-endpoint and AWS_REGION are right.`,
    error,
  );
}

const isBucketAbsent = (error: unknown): boolean =>
  error instanceof Error && error.name === "NoSuchBucket";

function codeIn(error: unknown): string | undefined {
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[])[0] : error;
  if (!(inner instanceof Error)) return undefined;
  return "code" in inner && typeof inner.code === "string" ? inner.code : undefined;
}

/** The answer's status, where there was an answer. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return undefined;
  const { $metadata: about } = error;
  if (typeof about !== "object" || about === null || !("httpStatusCode" in about)) return undefined;
  return typeof about.httpStatusCode === "number" ? about.httpStatusCode : undefined;
}
