/**
 * @file Files of jobs where machines have no folder in common. Each machine has a library, one of which everybody sees;
 * those of the others are caches.
 */

import type { JobContext } from "../jobs/context.js";
import type { AttemptFiles, Beginning, JobFiles } from "./attempt-files.js";
import type { Exchange } from "./exchange.js";
import { fetchAll, fetchSaved } from "./fetch-files.js";
import { patiently } from "./patiently.js";
import { createSender } from "./send-files.js";

/** Files on a machine whose library is a cache: all comes from elsewhere and goes there. */
export function filesFromElsewhere(context: JobContext, exchange: Exchange): JobFiles {
  return opening(exchange, async (beginning) => {
    await fetchAll(context, exchange, beginning);
    const { add, save, saved, finish } = createSender(context, exchange, beginning);
    return { hang: async (picture) => add(picture), save, saved, finish };
  });
}

/** Files on the machine of the library: its runs can be gone on with elsewhere. @param here what it does otherwise */
export function filesAlsoElsewhere(
  context: JobContext,
  exchange: Exchange,
  here: JobFiles,
): JobFiles {
  return opening(exchange, async (beginning) => {
    const own = await here.open(beginning);
    const { claim, interrupted: signal } = beginning;
    await fetchSaved(context, exchange, { claim, signal });
    const { save, saved } = createSender(context, exchange, beginning);
    // What cannot be sent is in the library all the same.
    return own && { ...own, save, saved: () => saved().catch(() => undefined) };
  });
}

function opening(
  { copies }: Exchange,
  open: (beginning: Beginning) => Promise<Omit<AttemptFiles, typeof Symbol.dispose> | undefined>,
): JobFiles {
  return {
    async open(beginning) {
      const { claim, interrupted } = beginning;
      const end = (): void => void copies.worked.delete(claim.run ?? "");
      try {
        const files = await patiently(interrupted, () => open(beginning));
        if (files !== undefined) return { ...files, [Symbol.dispose]: end };
      } catch (error) {
        end();
        // Whatever came of it.
        if (!interrupted.aborted) throw error;
      }
      end();
      return undefined;
    },
  };
}
