/** @file Changes of many captions at once. Each gives only the captions that become others, by picture. */

/** Captions by the names of their pictures. */
export type CaptionsByName = ReadonlyMap<string, string>;

/** What is sought in captions. */
export interface Sought {
  readonly find: string;
  readonly replace: string;
  readonly isExact: boolean;
}

/** Applies a change to each and keeps those that become others. */
export function changed(
  captions: CaptionsByName,
  change: (caption: string) => string,
): CaptionsByName {
  const different = new Map<string, string>();
  for (const [name, caption] of captions) {
    const next = change(caption);
    if (next !== caption) different.set(name, next);
  }
  return different;
}

/** Replaces a text wherever it stands; letters' case counts where `isExact` says so. */
export function replaced(captions: CaptionsByName, { find, replace, isExact }: Sought) {
  if (find === "") return new Map<string, string>();
  const pattern = new RegExp(escaped(find), isExact ? "gu" : "giu");
  return changed(captions, (caption) => caption.replace(pattern, () => replace));
}

/** Puts texts before and after each caption. */
export function wrapped(
  captions: CaptionsByName,
  { before, after }: { readonly before: string; readonly after: string },
): CaptionsByName {
  return changed(captions, (caption) => `${before}${caption}${after}`);
}

/** Tags of a caption: what stands between its commas. */
export function tagsOf(caption: string): string[] {
  return caption
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
}

/** How many captions have each tag, the most frequent first. */
export function tagCounts(captions: Iterable<string>): [tag: string, count: number][] {
  const counts = new Map<string, number>();
  for (const caption of captions) {
    for (const tag of new Set(tagsOf(caption))) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** Puts a tag at the end of captions that do not have it. */
export function tagged(captions: CaptionsByName, tag: string): CaptionsByName {
  const added = tagsOf(tag);
  return changed(captions, (caption) => {
    const tags = tagsOf(caption);
    const missing = added.filter((each) => !tags.includes(each));
    if (missing.length === 0) return caption;
    return [caption.replace(/[\s,]+$/, ""), ...missing].filter((part) => part !== "").join(", ");
  });
}

/** Takes a tag out of captions; the others stay as they are written. */
export function untagged(captions: CaptionsByName, tag: string): CaptionsByName {
  return changed(captions, (caption) => {
    const tags = tagsOf(caption);
    return tags.includes(tag) ? tags.filter((each) => each !== tag).join(", ") : caption;
  });
}

/**
 * Puts a trigger word at the beginning of captions that do not hold it as a word of its own. Where they hold the one
 * that it was before, it takes that one's place.
 */
export function triggered(
  captions: CaptionsByName,
  trigger: string,
  previous = "",
): CaptionsByName {
  const word = trigger.trim();
  if (word === "") return new Map();
  return changed(captions, (caption) => {
    if (wholeWord(word).test(caption)) return caption;
    if (previous !== "" && previous !== word && wholeWord(previous).test(caption)) {
      return caption.replace(wholeWord(previous), (_, edge: string) => `${edge}${word}`);
    }
    return caption.trim() === "" ? word : `${word}, ${caption}`;
  });
}

/** A word with nothing beside it that could belong to it; what stands before it is its first group. */
function wholeWord(word: string): RegExp {
  return new RegExp(`(^|[^\\p{L}\\p{N}_])${escaped(word)}(?![\\p{L}\\p{N}_])`, "giu");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
