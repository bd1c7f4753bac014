/** @file How a run goes on whose device was lost: nothing of this process reaches it any more, and a new one may. */

import { AtelierError, isDeviceLost, said } from "@atelier/engine";
import { quoteArgument } from "../../core/quote-argument.js";

/** The error of a run, which says how to go on where that is all there is to do. */
export function withWayOn(error: unknown, folder: string): unknown {
  if (!(error instanceof AtelierError) || !isDeviceLost(error)) return error;
  return new AtelierError(
    error.code,
    said`${error.sentence} Go on from the newest snapshot: atelier resume ${quoteArgument(folder)}`,
    { cause: error, context: error.context },
  );
}
