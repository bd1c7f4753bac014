/**
 * @file Parses `metadata.jsonl`, the captions of a Hugging Face `imagefolder`: one JSON object a
 * line with `file_name` and `text` (or `caption`). Names only choose among listed pictures, so a
 * hostile one opens nothing; it is refused all the same. All problems are reported at once.
 */

import { AtelierError, said, shorten } from "@atelier/engine";
import { some } from "../core/warnings/param-kinds.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import { cleanCaption } from "./caption-text.js";
import { indexPictureNames } from "./picture-names.js";

/** What a metadata file says about the pictures of its folder. */
export interface MetadataCaptions {
  /** Captions by file name. */
  readonly captions: ReadonlyMap<string, string>;
  readonly warnings: readonly Warning[];
}

interface MetadataLine {
  readonly fileName: string;
  readonly caption: string;
}

/**
 * Parses the text of a metadata file.
 * @param pictures names of the pictures that the folder holds.
 * @throws AtelierError `data` listing every line that is not JSON, has no name or caption, leaves
 * the folder, or contradicts another line.
 */
export function parseMetadataJsonl(
  text: string,
  { path, pictures }: { readonly path: string; readonly pictures: ReadonlySet<string> },
): MetadataCaptions {
  const captions = new Map<string, string>();
  const warnings: Warning[] = [];
  const problems: string[] = [];
  const strangers: string[] = [];
  const names = indexPictureNames(pictures);
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const parsed = parseLine(line);
    const where = `line ${index + 1}`;
    if (typeof parsed === "string") {
      problems.push(`${where}: ${parsed}`);
      continue;
    }
    const { caption } = parsed;
    const named = names.named(parsed.fileName);
    if (named.length > 1) {
      problems.push(`${where}: ${parsed.fileName} may be any of ${named.join(", ")}`);
      continue;
    }
    const [fileName = parsed.fileName] = named;
    const known = captions.get(fileName);
    if (known !== undefined && known !== caption) {
      problems.push(`${where}: a second caption for ${fileName} that differs from the first`);
    } else if (known !== undefined) {
      const line = index + 1;
      warnings.push(warning("metadata-duplicate", { path, picture: fileName, line }));
    } else if (named.length === 0) {
      strangers.push(fileName);
    }
    captions.set(fileName, caption);
  }
  if (problems.length > 0) throw metadataError(path, problems);
  if (strangers.length > 0) {
    const inside = strangers.map(lastPart).filter((name) => names.named(name).length > 0);
    const params = { path, pictures: some(strangers), inside: some(inside, 2) };
    warnings.push(warning("metadata-without-picture", params));
  }
  return { captions, warnings };
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

/** A line's name and caption, or what is wrong with it. */
function parseLine(line: string): MetadataLine | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return `not JSON: ${abbreviate(line)}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `expected an object, got ${abbreviate(line)}`;
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const fileName = fields.get("file_name");
  if (typeof fileName !== "string" || fileName === "") return 'no "file_name"';
  if (!isInside(fileName)) return `file_name leaves the folder: ${abbreviate(fileName)}`;
  const text = fields.get("text");
  const caption = fields.get("caption");
  const given = [text, caption].filter((entry) => entry !== undefined && entry !== null);
  if (given.length === 0) return `no "text" or "caption" for ${abbreviate(fileName)}`;
  const [first, second] = given.map((entry) =>
    typeof entry === "string" ? cleanCaption(entry) : "",
  );
  if (first === undefined || first === "" || second === "") {
    return `expected a caption for ${abbreviate(fileName)}, got an empty one or no text`;
  }
  if (second !== undefined && second !== first) {
    return `"text" and "caption" of ${abbreviate(fileName)} differ`;
  }
  const inside = fileName.replaceAll("\\", "/").replace(/^(\.\/+)+/, "");
  return { fileName: inside, caption: first };
}

/** Relative, without `..`, in any platform's notation. */
function isInside(fileName: string): boolean {
  const isAbsolute = /^([/\\]|[a-z]:)/i.test(fileName);
  return !isAbsolute && !fileName.includes("\0") && !fileName.split(/[/\\]/).includes("..");
}

function metadataError(path: string, problems: readonly string[]): AtelierError {
  const shown = problems.slice(0, 10).map((problem) => `\n  ${problem}`);
  const more = problems.length > 10 ? `\n  and ${problems.length - 10} more` : "";
  return new AtelierError(
    "data",
    said`captions ${path}: expected lines like {"file_name": "a.png", "text": "a caption"}, got ${problems.length} that are not. Correct them.${shown.join("")}${more}`,
    { context: { path, problems } },
  );
}

function abbreviate(text: string): string {
  return shorten(text, 60);
}
