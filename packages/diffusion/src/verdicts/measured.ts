/**
 * @file A history made ready to be judged: checked, rows without a usable start left out, losses of pictures as
 * log-ratios to the start. At a given noisy picture the errors of all kinds of prediction are proportional, so
 * that these ratios mean the same for every model, and may be averaged over timesteps.
 */

import { AtelierError, type Sentence, said } from "@atelier/engine";
import type { BankName, Look, ProbeRow, WatchHistory } from "./history.js";

/** Those rows of a bank whose loss at the start is a positive number: to others nothing can be compared. */
export interface UsableBank {
  readonly name: BankName;
  readonly rows: readonly ProbeRow[];
  /** Losses at the start. */
  readonly start: readonly number[];
  /** Where the rows stand in the history. */
  readonly places: readonly number[];
}

/** The banks that judgements need, and those that a run may have. */
export interface UsableBanks {
  /** Pictures held out, or echoes where there are none. */
  readonly learned: UsableBank;
  readonly train: UsableBank;
  readonly generic: UsableBank | undefined;
  readonly class: UsableBank | undefined;
}

/** What a look has measured, by row. */
export interface Measured {
  readonly step: number;
  /** `log(loss / loss at the start)`. */
  readonly learned: readonly number[];
  readonly train: readonly number[];
  /** Mean squared distances from the predictions at the start; empty where the run has no such bank. */
  readonly generic: readonly number[];
  readonly class: readonly number[];
}

/** @throws AtelierError `training` for a history that cannot be judged. */
export function usableBanks(history: WatchHistory): UsableBanks {
  const learned = usableBank(history, history.banks["held-out"] ? "held-out" : "echo");
  const train = usableBank(history, "train");
  if (learned === undefined || train === undefined) {
    const got = Object.keys(history.banks).join(", ") || "none";
    throw refused(
      said`verdicts: expected rows of pictures in training and of some held out or echoed, got ${got}. The record of this watch is damaged: watch the run anew.`,
    );
  }
  for (const half of ["a", "b"] as const) {
    if (learned.rows.some((row) => row.half === half)) continue;
    throw refused(
      said`verdicts: expected rows of both halves in ${learned.name}, got none of half ${half}. The record of this watch is damaged: watch the run anew.`,
    );
  }
  const generic = usableBank(history, "generic");
  return { learned, train, generic, class: usableBank(history, "class") };
}

/** The start as a look: nothing has changed. */
export function measuredStart({ learned, train, generic, class: ofClass }: UsableBanks): Measured {
  const zeros = (bank: UsableBank | undefined) => (bank?.rows ?? []).map(() => 0);
  return {
    step: 0,
    learned: zeros(learned),
    train: zeros(train),
    generic: zeros(generic),
    class: zeros(ofClass),
  };
}

/** What a look has measured; nothing where any of it is no finite number. */
export function measuredAt(
  banks: UsableBanks,
  { step, rows, gradNorm }: Look,
): Measured | undefined {
  const values = (bank: UsableBank | undefined) =>
    (bank?.places ?? []).map((place) => (bank && rows[bank.name]?.[place]) ?? Number.NaN);
  const logRatios = (bank: UsableBank) =>
    values(bank).map((loss, row) => Math.log(loss / (bank.start[row] ?? 1)));
  const learned = logRatios(banks.learned);
  const train = logRatios(banks.train);
  const generic = values(banks.generic);
  const ofClass = values(banks.class);
  const all = [learned, train, generic, ofClass, [gradNorm.median, gradNorm.largest]];
  if (!all.flat().every(Number.isFinite)) return undefined;
  return { step, learned, train, generic, class: ofClass };
}

function usableBank({ banks, start, looks }: WatchHistory, name: BankName): UsableBank | undefined {
  const rows = banks[name];
  if (rows === undefined) return undefined;
  for (const { step, rows: values } of [{ step: 0, rows: start }, ...looks]) {
    const got = values[name]?.length ?? 0;
    if (got === rows.length) continue;
    throw refused(
      said`verdicts: expected ${rows.length} values of ${name} at step ${step}, got ${got}. The record of this watch is damaged: watch the run anew.`,
    );
  }
  const losses = start[name] ?? [];
  const places = [...rows.keys()].filter((place) => {
    const loss = losses[place] ?? Number.NaN;
    return Number.isFinite(loss) && loss > 0;
  });
  if (places.length < 2) {
    throw refused(
      said`verdicts: expected two rows of ${name} or more with a loss at the start, got ${places.length}. The record of this watch is damaged: watch the run anew.`,
    );
  }
  return {
    name,
    rows: places.flatMap((place) => rows[place] ?? []),
    start: places.map((place) => losses[place] ?? Number.NaN),
    places,
  };
}

const refused = (sentence: Sentence): AtelierError => new AtelierError("training", sentence);
