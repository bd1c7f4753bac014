/** @file A run with all that is compared of it. */

import type { Curves, Run, Sample } from "@atelier/server/api";

/** The run, what it is called, its settings, and what was measured and drawn. */
export interface Compared {
  readonly run: Run;
  readonly label: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly curves: Curves;
  readonly samples: readonly Sample[];
}
