/**
 * @file Captions that change from showing to showing: wildcards, shuffled and dropped tags. What they
 * mean is what they mean in kohya's sd-scripts (`enable_wildcard`, `shuffle_caption`, `keep_tokens`,
 * `caption_tag_dropout_rate`).
 */

import { AtelierError, said } from "@atelier/engine";

/** How captions change. */
export interface CaptionEdits {
  /** Whether `{a|b}` becomes one of its choices, and a caption of several lines one of its lines. */
  readonly wildcards: boolean;
  readonly shuffleTags: boolean;
  /** Tags at the beginning that stay where they are and are never dropped. */
  readonly keepTags: number;
  /** Probability that a tag is left out. */
  readonly tagDropout: number;
  /** What separates tags. */
  readonly tagSeparator: string;
}

/** Whether any caption can change. */
export function areEdited({ wildcards, shuffleTags, tagDropout }: CaptionEdits): boolean {
  return wildcards || shuffleTags || tagDropout > 0;
}

/**
 * One version of a caption. Wildcards come first, then the order of tags, then which are dropped; tags
 * are joined by the separator and a space. A caption whose tags are neither shuffled nor dropped keeps
 * its text.
 * @param random uniform numbers from 0 to below 1
 * @throws AtelierError `data` for braces that do not pair up, as {@link requireWildcards}.
 */
export function editCaption(caption: string, edits: CaptionEdits, random: () => number): string {
  const { wildcards, shuffleTags, keepTags, tagDropout, tagSeparator } = edits;
  const text = wildcards ? resolveWildcards(caption, random) : caption;
  if (!shuffleTags && tagDropout === 0) return text;
  const tags = text
    .split(tagSeparator)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  const loose = tags.slice(keepTags);
  const ordered = shuffleTags ? shuffled(loose, random) : loose;
  const left = tagDropout > 0 ? ordered.filter(() => random() >= tagDropout) : ordered;
  return [...tags.slice(0, keepTags), ...left].join(`${tagSeparator.trimEnd()} `);
}

/**
 * Checks that a caption can be read with wildcards.
 * @param where what messages call the caption
 * @throws AtelierError `data` for braces that do not pair up or stand in each other.
 */
export function requireWildcards(where: string, caption: string): void {
  const rest = caption.replace(literalBrace, "").replace(choice, "");
  if (!/[{}]/.test(rest)) return;
  throw new AtelierError(
    "data",
    said`${where}: expected choices like {a|b}, none within another, got braces that do not pair up in "${caption}". Write {{ and }} for braces that are meant literally, or set data.wildcards to false.`,
  );
}

const literalBrace: RegExp = /\{\{|\}\}/g;
const choice: RegExp = /\{([^{}]*)\}/g;

function resolveWildcards(caption: string, random: () => number): string {
  const lines = caption.split("\n").filter((line) => line.trim() !== "");
  const line = lines.length > 1 ? pick(lines, random) : (lines[0] ?? "");
  requireWildcards("caption", line);
  // Literal braces are set aside as characters of Unicode's private use.
  return line
    .replaceAll("{{", "\uE000")
    .replaceAll("}}", "\uE001")
    .replace(choice, (_, choices: string) => pick(choices.split("|"), random))
    .replaceAll("\uE000", "{")
    .replaceAll("\uE001", "}");
}

function pick(choices: readonly string[], random: () => number): string {
  return choices[Math.floor(random() * choices.length)] ?? "";
}

/** Fisher and Yates' shuffle. */
function shuffled(tags: readonly string[], random: () => number): string[] {
  const order = [...tags];
  for (let left = order.length; left > 1; left--) {
    const [from, to] = [Math.floor(random() * left), left - 1];
    [order[from], order[to]] = [order[to] ?? "", order[from] ?? ""];
  }
  return order;
}
