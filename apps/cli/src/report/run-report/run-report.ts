/** @file What the report of a run tells, as plain data. Its page is made from it alone. */

import type { RgbPicture, Verdict } from "@atelier/diffusion/core";
import type {
  PlanEvent,
  RecordedConfig,
  ResultFile,
  RunState,
  StrengthRecord,
  ValidationFolder,
} from "@atelier/diffusion/train";
import type {
  Judgement,
  PictureTables,
  StateSpans,
  WatchHistory,
} from "@atelier/diffusion/verdicts";

/** A picture that was trained on or held out. */
export interface ReportedPicture {
  /** As banks of a watch and plans call it. */
  readonly name: string;
  /** Small; absent where its file is not there any more, or not whole. */
  readonly thumbnail?: RgbPicture | undefined;
}

/** A picture that was drawn while the run went on. */
export interface ReportedSample {
  readonly step: number;
  readonly prompt: string;
  readonly seed: number;
  readonly picture: RgbPicture;
}

/** What was seen of a run that was watched. */
export interface ReportedWatch {
  readonly history: WatchHistory;
  readonly judgement: Judgement;
  readonly bank: Verdict["bank"];
  /** By timestep and by picture. */
  readonly tables: { readonly learned: PictureTables; readonly train: PictureTables };
  readonly spans: StateSpans;
  /** Looks at which some number was not finite. */
  readonly broken: readonly number[];
  readonly classPrompt: string | undefined;
  readonly heldOut: readonly string[];
  /** Where those are of a folder of their own, and none of the run's pictures. */
  readonly validation: ValidationFolder | undefined;
  /** That all looks took, also those that were made again. */
  readonly seconds: number;
}

/** Everything that the report of a run tells. */
export interface RunReport {
  readonly folder: string;
  readonly config: RecordedConfig;
  readonly state: RunState;
  /** Finished steps. */
  readonly step: number;
  /** Absent where the run ended before it was planned. */
  readonly plan: PlanEvent | undefined;
  /** Of each finished step. */
  readonly losses: readonly number[];
  /** Time from plans to last events of all processes that worked at the run. */
  readonly seconds: number;
  /** What the run made, of which step. */
  readonly results: { readonly files: readonly ResultFile[]; readonly step: number };
  /** What the last step made, where the results are of another one. */
  readonly last: readonly ResultFile[];
  readonly watch: ReportedWatch | undefined;
  /** What was measured of its result at several strengths, where anything was. */
  readonly strengths: StrengthRecord | undefined;
  /** In the order of their names. */
  readonly pictures: readonly ReportedPicture[];
  /** In order of steps. */
  readonly samples: readonly ReportedSample[];
  /** What could not be read, each a sentence. */
  readonly problems: readonly string[];
}

/** The step of the results, where it is one of a whole look; while a run goes on, the best so far. */
export function keptStep({
  watch,
  results,
  state,
}: Pick<RunReport, "watch" | "results" | "state">): number | undefined {
  const step = state.kind === "done" ? results.step : watch?.judgement.kept.step;
  return watch?.judgement.signals.some((signal) => signal.step === step) ? step : undefined;
}
