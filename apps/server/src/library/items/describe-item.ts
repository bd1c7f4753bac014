/**
 * @file What a model, adapter or word is, by headers and configs alone: lists are made of it, so that it never reads
 * gigabytes. Whether every number of a file is finite is left to an inspection, which is a job.
 */

import { identifyPicture } from "@atelier/diffusion/data";
import { inEnglish } from "@atelier/diffusion/english";
import { isPytorchName, locateLora, openSafetensors } from "@atelier/diffusion/files";
import { type Inspection, inspectPath } from "@atelier/diffusion/inspect";
import { type Sentence, said, sentenceIn } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { z } from "zod";
import { pictureTypes } from "../folder/library-file.js";
import type { ItemPlace } from "./item-files.js";

/** What lists tell of an item, as the cache keeps it. */
export const itemFacts = z.object({
  /** What it is, whatever folder it lies in. */
  is: z.string(),
  family: z.string().optional(),
  form: z.string(),
  method: z.string().optional(),
  rank: z.number().optional(),
  triggers: z.array(z.string()),
  base: z.string().optional(),
  hasPicture: z.boolean(),
  problems: z.array(z.looseObject({ message: z.string() })),
});
export type ItemFacts = z.infer<typeof itemFacts>;

/** Words of a caption that counts as a trigger, and how many are shown. */
const mostTriggers = 20;

/** Describes an item. */
export async function describeItem(place: ItemPlace): Promise<ItemFacts> {
  if (place.leak !== undefined) return leaking(place.leak);
  const found = await inspectPath(nodeFiles, place.path, { readsValues: false });
  const metadata = await metadataOf(place);
  const base = metadata.get("ss_sd_model_name");
  const methods = found.adapter?.tuning.map(inWords) ?? [];
  const rank = found.adapter?.ranks.at(-1);
  return {
    is: found.kind,
    form: found.format === undefined ? found.kind : inWords(found.format),
    ...(found.family === undefined ? {} : { family: found.family }),
    ...(methods.length === 0 ? {} : { method: methods.join(", ") }),
    ...(rank === undefined ? {} : { rank }),
    ...(base === undefined || base === "" ? {} : { base: base.slice(0, 200) }),
    triggers: (found.triggerWords ?? []).slice(0, mostTriggers).map((word) => word.slice(0, 200)),
    hasPicture: pictureIn(metadata) !== undefined,
    problems: problemsOf(place, found),
  };
}

/** The picture that a file bears for those who show it. */
export async function pictureOf(
  place: ItemPlace,
): Promise<{ readonly content: Uint8Array; readonly type: string } | undefined> {
  return place.leak === undefined ? pictureIn(await metadataOf(place)) : undefined;
}

/** Metadata of the file with an item's weights; none where there is none that can be read. */
async function metadataOf({ path, isFolder }: ItemPlace): Promise<ReadonlyMap<string, string>> {
  try {
    const weights = isFolder ? (await locateLora(nodeFiles, path))[0].weightsPath : path;
    if (isPytorchName(weights) || !weights.endsWith(".safetensors")) return new Map();
    const file = await openSafetensors(nodeFiles, weights);
    await file.close();
    return file.metadata;
  } catch {
    // What is wrong with the file is told by its inspection.
    return new Map();
  }
}

/** No thumbnail comes near. */
const mostPictureLetters = 4e6;

function pictureIn(
  metadata: ReadonlyMap<string, string>,
): { readonly content: Uint8Array; readonly type: string } | undefined {
  const uri = metadata.get("modelspec.thumbnail") ?? "";
  if (uri.length > mostPictureLetters) return undefined;
  const [, data] = /^data:image\/\w+;base64,([A-Za-z0-9+/=]+)$/.exec(uri) ?? [];
  if (data === undefined) return undefined;
  const content = new Uint8Array(Buffer.from(data, "base64"));
  // Told by its bytes, whatever the address says.
  const format = identifyPicture(content);
  return typeof format === "string" ? { content, type: pictureTypes[format] } : undefined;
}

const inWords = (text: Sentence | string): string =>
  typeof text === "string" ? text : sentenceIn(text, {});

/** Paths in sentences begin at the item: where the library lies is nobody's business. */
function problemsOf({ path, name }: ItemPlace, { problems }: Inspection): ItemFacts["problems"] {
  return problems.map((problem) => {
    const params: unknown = JSON.parse(JSON.stringify(problem.params));
    const message = inEnglish(problem).replaceAll(path, name);
    return { code: problem.code, severity: problem.severity, params, message };
  });
}

function leaking(link: string): ItemFacts {
  const sentence = said`${link}: expected a file of the library, got a link that leads out of it. Copy there what the link means.`;
  const problem = { code: "error", severity: "error", params: { message: sentence } };
  return {
    ...{ is: "unknown", form: "unknown", triggers: [], hasPicture: false },
    problems: [{ ...problem, message: sentenceIn(sentence, {}) }],
  };
}
