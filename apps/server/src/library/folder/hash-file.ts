/** @file What tells files of the same bytes from all others. */

import { nodeFiles } from "@atelier/engine/node";

/** SHA-256 of a file, in hexadecimal digits. */
export async function hashFile(path: string): Promise<string> {
  const file = await nodeFiles.open(path);
  try {
    return await file.sha256(0, file.sizeBytes);
  } finally {
    await file.close();
  }
}
