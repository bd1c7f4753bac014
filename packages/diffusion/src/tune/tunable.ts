/** @file Settings that cannot be tuned are refused before anything is written. */

import { AtelierError, said } from "@atelier/engine";
import type { TuneSettings } from "./settings.js";

/** A week: who has more time has mistyped. */
const mostMinutes = 7 * 24 * 60;

/** @throws AtelierError `config`. */
export function requireTunable({ config, minutes }: TuneSettings): void {
  const { optimizer, watch } = config;
  if (!(minutes > 0 && minutes <= mostMinutes)) {
    throw new AtelierError(
      "config",
      said`tune minutes: expected a number above 0 and at most ${mostMinutes}, which is a week, got ${minutes}. 20 is a good beginning.`,
    );
  }
  const findsItsOwn =
    optimizer.name === "prodigy" || (optimizer.name === "adafactor" && optimizer.relativeStep);
  if (findsItsOwn) {
    throw new AtelierError(
      "config",
      said`tune optimizer.name: expected an optimizer whose learning rate can be chosen, got ${optimizer.name}, which finds its own. Tune with adamw, or train without.`,
    );
  }
  if (watch.heldOut === 0) {
    throw new AtelierError(
      "config",
      said`tune watch.heldOut: expected one picture or more that is not trained on, got 0. Only such a picture tells which settings are better.`,
    );
  }
}
