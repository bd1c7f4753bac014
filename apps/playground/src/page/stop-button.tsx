/** @file Ends what goes on, after its step. */

import { useText } from "./language.js";
import type { Atelier } from "./use-atelier.js";

export function StopButton({ atelier: { state, ask } }: { readonly atelier: Atelier }) {
  const { stop, stopping } = useText();
  return (
    <button
      type="button"
      className="quiet"
      disabled={state.isStopping}
      onClick={() => ask({ type: "stop" })}
    >
      {state.isStopping ? stopping : stop}
    </button>
  );
}
