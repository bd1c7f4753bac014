/** @file Where an attempt's files come from and go to; here, where its library is the one that everybody sees. */

import type { Claim } from "../jobs/claim.js";
import type { Drawn, Findings } from "../jobs/commands/command.js";
import type { JobContext } from "../jobs/context.js";
import { finishJob } from "../jobs/end-claim.js";
import { hang, type PublishDeps, publish } from "./publish.js";

/** An attempt that is about to begin. */
export interface Beginning {
  readonly claim: Claim;
  /** The attempt's own folder. */
  readonly outputs: string;
  /** Whether it is to end before it is done. */
  readonly interrupted: AbortSignal;
  /** Whether it is somebody else's by now, or over. */
  readonly left: AbortSignal;
}

/** Files of jobs. */
export interface JobFiles {
  /** Brings what a job needs into the library. @returns nothing where it was interrupted before all was there */
  readonly open: (beginning: Beginning) => Promise<AttemptFiles | undefined>;
}

/** Files of one attempt. */
export interface AttemptFiles extends Disposable {
  /** Shows a picture to whoever waits for all of them. @param number its place, from 1 on */
  readonly hang: (picture: Drawn, number: number) => Promise<void>;
  /** There is something new in the run's folder, which others may need or want to see. */
  readonly save: () => void;
  /** Resolves when others have all that there is of the run. */
  readonly saved: () => Promise<void>;
  /** Ends the job well: its results become the library's. */
  readonly finish: (findings: Findings) => Promise<void>;
}

/** Files of jobs that work in the library itself. */
export function filesInLibrary(context: JobContext, deps: PublishDeps): JobFiles {
  return {
    open: async ({ claim, outputs }) => ({
      async hang(picture, number) {
        await hang(deps, picture, { claim, number });
      },
      save: () => {},
      saved: async () => {},
      finish: async (findings) => {
        const publication = { claim, findings, outputs, isAgain: claim.attempt > 1 };
        await finishJob(context, claim, () => publish(deps, publication));
      },
      [Symbol.dispose]: () => {},
    }),
  };
}
