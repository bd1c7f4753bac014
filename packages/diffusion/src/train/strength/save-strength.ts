/** @file Writes what a run has made at another strength, beside what the run has written, which stays. */

import type { TrainedResult } from "../parts/tuning-part.js";
import type { ResolvedConfig } from "../plan/plan-run.js";
import type { ResultFile } from "../result/result-file.js";
import { saveAdapter } from "../result/save-adapter.js";
import { type ResultContext, saveResult } from "../result/save-result.js";

/** What is written, and where. */
export interface StrengthResult {
  /** Of the run. */
  readonly folder: string;
  readonly step: number;
  readonly strength: number;
  readonly result: TrainedResult;
  /**
   * Instead of a name of its own in the run's folder: a `.safetensors` file, or else a folder in which the forms of
   * several files are written.
   */
  readonly out?: string | undefined;
}

/**
 * Writes `<name>-strength-0.8.safetensors`, and what other programs read from a folder into
 * `<name>-strength-0.8/`. The files of a new word, which has no strength, are those of the run.
 * @throws AtelierError `file`, `weights`.
 */
export async function saveStrength(
  context: ResultContext & { readonly config: ResolvedConfig },
  { folder: run, step, strength, result, out }: StrengthResult,
): Promise<ResultFile[]> {
  const { files, config } = context;
  const { formats, checkpoint } = config.output;
  const isFile = out?.endsWith(fileSuffix) === true;
  const [folder, name] =
    out === undefined ? [run, `${config.name}-strength-${strength}`] : placeOf(out);
  const as = (output: Partial<ResolvedConfig["output"]>) => ({
    ...context,
    strength,
    config: { ...config, name, output: { ...config.output, ...output } },
  });
  const { adapter, weights } = result;
  if (weights !== undefined) {
    const form = out === undefined ? checkpoint : isFile ? "single-file" : "folder";
    return saveResult(as({ checkpoint: form }), { folder, step, result: { weights } });
  }
  if (adapter === undefined) return [];
  const saved: ResultFile[] = [];
  if (out === undefined ? formats !== "diffusers" : isFile) {
    const fileForm = formats === "comfyui" ? formats : "kohya";
    const own = { folder, step, weights: adapter };
    saved.push(...(await saveAdapter(as({ formats: fileForm }), own)));
  }
  const hasFolder = formats === "both" || formats === "diffusers";
  if (out === undefined ? hasFolder : !isFile) {
    const own = { folder: files.join(folder, name), step, weights: adapter };
    saved.push(...(await saveAdapter(as({ formats: "diffusers" }), own)));
  }
  return saved;
}

const fileSuffix = ".safetensors";

/** The folder and the name of what stands at a path, without its suffix. */
function placeOf(path: string): [folder: string, name: string] {
  const [, folder = "", name = path] = /^(?:(.*)[/\\])?([^/\\]+)[/\\]*$/.exec(path) ?? [];
  const own = name.endsWith(fileSuffix) ? name.slice(0, -fileSuffix.length) : name;
  return [path.startsWith("/") && folder === "" ? "/" : folder === "" ? "." : folder, own];
}
