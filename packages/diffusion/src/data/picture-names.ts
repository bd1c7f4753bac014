/** @file How names of pictures and of what describes them are compared across systems. */

/**
 * A name as every system means it: macOS takes letters apart (`é`, `가`), Windows and macOS hold upper and lower
 * case for the same, Windows writes `\` for `/`, and a space at an end cannot be seen.
 */
export function foldName(name: string): string {
  return name
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("\\", "/")
    .split(/(\.[^./]*$|\/)/)
    .map((part) => part.trim())
    .join("");
}

/** A file's name without its extension. */
export function stemOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}

/** Finds pictures by what other files call them: as a name is written if any has it, else as {@link foldName} reads it. */
export interface PictureNames {
  /** The pictures of this name. */
  named(name: string): readonly string[];
  /** The pictures whose name without extension is this. */
  ofStem(stem: string): readonly string[];
  /** The pictures that a file describes, by its own name: `a.png.txt` those of the name, `a.txt` those of the stem. */
  describedBy(file: string): readonly string[];
}

/** An index over the names of a folder's pictures. */
export function indexPictureNames(names: Iterable<string>): PictureNames {
  const all = [...names];
  const written = groupBy(all, (name) => name);
  const folded = groupBy(all, foldName);
  const stems = groupBy(all, stemOf);
  const foldedStems = groupBy(all, (name) => foldName(stemOf(name)));
  const named = (name: string) => written.get(name) ?? folded.get(foldName(name));
  const ofStem = (stem: string) => stems.get(stem) ?? foldedStems.get(foldName(stem));
  return {
    named: (name) => named(name) ?? [],
    ofStem: (stem) => ofStem(stem) ?? [],
    describedBy: (file) => named(stemOf(file)) ?? ofStem(stemOf(file)) ?? [],
  };
}

function groupBy(
  names: readonly string[],
  keyOf: (name: string) => string,
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = keyOf(name);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [name]);
    else group.push(name);
  }
  return groups;
}
