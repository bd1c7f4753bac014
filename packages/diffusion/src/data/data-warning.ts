/**
 * @file What the readers of a data set noticed and went on from. Every file that is not used and
 * every choice between two sources becomes one of these, so that nothing is dropped in silence.
 */

/** What a {@link DataWarning} is about; stable, for programs that react to it. */
export type DataWarningKind =
  | "unused-file"
  | "unused-folder"
  | "system-files"
  | "folder-name"
  | "unsupported-picture"
  | "orphan-caption"
  | "shared-caption"
  | "caption-conflict"
  | "prompt-fallback"
  | "metadata-without-picture"
  | "metadata-duplicate"
  | "first-frame"
  | "enlarged"
  | "cache-damaged";

/** Something a person should know about a data set that does not stop the run. */
export interface DataWarning {
  readonly kind: DataWarningKind;
  /** The file or folder concerned. */
  readonly path: string;
  /** A whole sentence that names the path. */
  readonly message: string;
}

/** `a, b, c and 7 more`: at most `limit` names of a list. */
export function listSome(names: readonly string[], limit = 5): string {
  const shown = names.slice(0, limit).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}
