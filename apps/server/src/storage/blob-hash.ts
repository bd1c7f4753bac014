/** @file What names blobs. */

import { createHash } from "node:crypto";
import type { BlobHash } from "./artifact-store.js";

/** The name of a blob. */
export const hashOf = (bytes: Uint8Array): BlobHash =>
  createHash("sha256").update(bytes).digest("hex");
