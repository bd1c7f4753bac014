/**
 * @file Files on their way into a data set: written to a folder of their own as they arrive, held to limits, archives
 * taken apart. Nothing of a request that breaks off or is too large stays.
 */

import { extensionOf } from "@atelier/diffusion/data";
import type { FormFile } from "../../api/route.js";
import { expandArchive } from "./expand-archive.js";
import {
  type AddLimits,
  createBudget,
  isOfSystem,
  type Receipt,
  type ReceivedFile,
  refusedByName,
  type Skipped,
  skip,
  tooLargeFile,
  writeStream,
} from "./incoming-file.js";

/**
 * Receives files.
 * @param folder an empty one
 * @throws AtelierError `file`, too-large, and whatever a stream that breaks off throws.
 */
export async function receiveFiles(
  incoming: AsyncIterable<FormFile>,
  { folder, limits }: { readonly folder: string; readonly limits: AddLimits },
): Promise<Receipt> {
  const budget = createBudget(limits);
  const files: ReceivedFile[] = [];
  const skipped: Skipped[] = [];
  for await (const { name: given, bytes: content } of incoming) {
    // Fields of a form that are no files have no name.
    if (given === "") continue;
    const name = given.replaceAll("\\", "/").normalize("NFC");
    if (isOfSystem(name)) continue;
    budget.takeFile();
    const refused = refusedByName(name);
    if (refused !== undefined) {
      skipped.push(skip(name, refused));
      continue;
    }
    const isArchive = extensionOf(name) === "zip";
    const most = isArchive ? limits.maxBytes : limits.maxFileBytes;
    const received = await writeStream(content, { folder, name, most, budget });
    if (received === undefined) skipped.push(skip(name, tooLargeFile(name, most)));
    else if (isArchive) {
      const inside = await expandArchive(received, { folder, budget });
      files.push(...inside.files);
      skipped.push(...inside.skipped);
    } else files.push(received);
  }
  return { files, skipped };
}
