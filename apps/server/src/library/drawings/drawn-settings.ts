/**
 * @file The settings that a PNG bears, by whichever program has drawn it: Atelier's record, the line of A1111's web UI,
 * or the graph of ComfyUI. What is not understood is told, never guessed.
 */

import { identifyPicture } from "@atelier/diffusion/data";
import { parametersKeyword, readPngText } from "@atelier/diffusion/files";
import { AtelierError, type Sentence, said } from "@atelier/engine";
import { type Drawing, drawing } from "../../api/jobs.js";
import { libraryError } from "../folder/library-error.js";
import { readAtelierRecord } from "./atelier-record.js";
import { readComfyGraph } from "./comfy-graph.js";
import type { FoundSettings, ResolveName } from "./found-settings.js";
import { readWebuiText } from "./webui-text.js";

/** What was read. */
export interface DrawnSettings {
  readonly settings: Partial<Drawing>;
  readonly notes: readonly Sentence[];
}

/** The keyword of Atelier's own record. */
const atelierKeyword = "atelier";

/**
 * Reads them.
 * @throws AtelierError `file`, refused, for what is no PNG; `format` for a damaged one.
 */
export async function readDrawnSettings(
  bytes: Uint8Array,
  resolve: ResolveName = (_, name) => name,
): Promise<DrawnSettings> {
  if (identifyPicture(bytes) !== "png") {
    throw libraryError(
      "refused",
      said`settings: expected a PNG, got another file. Only PNG files bear the settings that they were drawn with.`,
    );
  }
  const { found, notes } = readTexts(await readPngText(bytes), resolve);
  return checked(found, notes);
}

function readTexts(texts: ReadonlyMap<string, string>, resolve: ResolveName): FoundSettings {
  const [own, line, graph] = [atelierKeyword, parametersKeyword, "prompt"].map((key) =>
    texts.get(key),
  );
  try {
    if (own !== undefined) return readAtelierRecord(own, resolve);
    if (graph !== undefined) return readComfyGraph(graph, resolve);
    if (line !== undefined) return readWebuiText(line, resolve);
  } catch (error) {
    // Other programs may use the same words for something else.
    if (!(error instanceof SyntaxError || error instanceof AtelierError)) throw error;
    if (line !== undefined && own !== undefined) return readWebuiText(line, resolve);
    return { found: {}, notes: [said`its settings are damaged and were not read`] };
  }
  return { found: {}, notes: [said`it bears no settings of Atelier, A1111 or ComfyUI`] };
}

/** Keeps what a drawing can have, and tells of the rest. */
function checked(
  found: Readonly<Record<string, unknown>>,
  notes: readonly Sentence[],
): DrawnSettings {
  const kept: [string, unknown][] = [];
  const told = [...notes];
  for (const [name, value] of Object.entries(found)) {
    if (value === undefined) continue;
    const schema = new Map(Object.entries(drawing.shape)).get(name);
    const parsed = schema?.safeParse(value);
    if (parsed?.success === true) kept.push([name, parsed.data]);
    else told.push(notPossible(name, value));
  }
  // Each field was checked by its own schema.
  return { settings: Object.fromEntries(kept), notes: told };
}

const notPossible = (name: string, value: unknown): Sentence =>
  said`${name}: ${JSON.stringify(value).slice(0, 100)} is not possible here and was left out`;
