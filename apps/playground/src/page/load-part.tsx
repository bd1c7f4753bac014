/** @file The model before it is there: how much there is to fetch, and how far it is. */

import { useEffect, useState } from "react";
import { listBase } from "../worker/download-base.js";
import { useText } from "./language.js";
import { Progress } from "./progress.js";
import type { Atelier } from "./use-atelier.js";

/** ONNX Runtime as WebAssembly, which is fetched beside the model. */
const runtimeBytes = 14.3e6;

export function LoadPart({ atelier: { state, ask } }: { readonly atelier: Atelier }) {
  const { load, noThings } = useText();
  const [bytes, setBytes] = useState<number>();
  const [onCard, setOnCard] = useState(false);
  useEffect(() => {
    listBase().then(
      (files) => setBytes(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, runtimeBytes)),
      () => {},
    );
  }, []);
  const { model, busy } = state;
  const canWork = typeof WebAssembly === "object" && typeof Worker === "function";
  return (
    <section aria-labelledby="load">
      <h2 id="load">{load.title}</h2>
      {!canWork && <p className="problem">{noThings}</p>}
      {bytes !== undefined && <p className="note">{load.about(bytes)}</p>}
      {model.is === "coming" ? (
        <Progress
          label={load.progress(model.done, model.total)}
          share={model.total === 0 ? 0 : model.done / model.total}
        />
      ) : (
        <div className="row">
          <button
            type="button"
            disabled={!canWork || busy !== undefined}
            onClick={() => ask({ type: "open", device: onCard ? "graphics-card" : "processor" })}
          >
            {load.button}
          </button>
          {"gpu" in navigator && (
            <label className="choice">
              <input
                type="checkbox"
                checked={onCard}
                onChange={({ currentTarget }) => setOnCard(currentTarget.checked)}
              />
              {load.onCard}
            </label>
          )}
        </div>
      )}
    </section>
  );
}
