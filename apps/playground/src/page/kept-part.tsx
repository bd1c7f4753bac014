/** @file The lesson that the browser keeps: to be gone on with, or deleted. */

import { useText } from "./language.js";
import type { Atelier } from "./use-atelier.js";

export function KeptPart({ atelier: { state, ask } }: { readonly atelier: Atelier }) {
  const { kept: text } = useText();
  const { kept, busy, model, lesson } = state;
  // What is shown below needs no second word.
  if (kept === undefined || busy === "teach" || busy === "go-on") return null;
  const isHere = lesson !== undefined && kept.isOver;
  return (
    <section aria-labelledby="kept">
      <h2 id="kept">{text.title}</h2>
      <p>{text.about(kept.prompt, kept.step, kept.steps, kept.isOver)}</p>
      <p className="note">
        {text.where(kept.sizeBytes)}
        {model.is !== "here" && ` ${text.fetchFirst}`}
      </p>
      <div className="row">
        {!isHere && (
          <button
            type="button"
            disabled={model.is !== "here" || busy !== undefined}
            onClick={() => ask({ type: "go-on" })}
          >
            {kept.isOver ? text.show : text.goOn}
          </button>
        )}
        <button
          type="button"
          className="quiet"
          disabled={busy !== undefined}
          onClick={() => ask({ type: "forget" })}
        >
          {text.forget}
        </button>
      </div>
    </section>
  );
}
