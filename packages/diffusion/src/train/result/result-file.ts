/** @file What a run has written, by what it is and which programs read it. */

/** A file, or a folder that is one thing, of a result. */
export interface ResultFile {
  /** An adapter, a new word, or a whole model. An adapter of kohya's or ComfyUI's may hold the new word as well. */
  readonly kind: "adapter" | "embedding" | "model";
  /**
   * Of an adapter: kohya (A1111, ComfyUI), comfyui (the model's own names), diffusers, or peft, whose files hold one
   * model each. Of a word: webui or diffusers. Of a model: a diffusers folder or a single file.
   */
  readonly form: "kohya" | "comfyui" | "diffusers" | "peft" | "webui" | "folder" | "single-file";
  readonly path: string;
}

/** The paths alone, in the order in which they were written. */
export const pathsOf = (results: readonly ResultFile[]): string[] =>
  results.map(({ path }) => path);

/** The first result of a kind, which is what a user takes along. */
export function resultOfKind(
  results: readonly ResultFile[],
  kind: ResultFile["kind"],
): ResultFile | undefined {
  return results.find((result) => result.kind === kind);
}
