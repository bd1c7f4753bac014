/** @file The model before it is there: how much there is to fetch, and how far it is. */

import { useEffect, useState } from "react";
import { listBase } from "../worker/download-base.js";
import { bytesOfBuild } from "../worker/runtime-builds.js";
import { useText } from "./language.js";
import { Progress } from "./progress.js";
import type { Atelier } from "./use-atelier.js";

export function LoadPart({ atelier: { state, ask } }: { readonly atelier: Atelier }) {
  const { load, noThings } = useText();
  const [bytes, setBytes] = useState<number>();
  const [onCard, setOnCard] = useState(false);
  useEffect(() => {
    listBase().then(
      (files) => setBytes(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)),
      () => {},
    );
  }, []);
  const { model, busy } = state;
  const device = onCard ? "graphics-card" : "processor";
  const canWork = typeof WebAssembly === "object" && typeof Worker === "function";
  return (
    <section aria-labelledby="load">
      <h2 id="load">{load.title}</h2>
      {!canWork && <p className="problem">{noThings}</p>}
      {bytes !== undefined && <p className="note">{load.about(bytes + bytesOfBuild(device))}</p>}
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
            onClick={() => ask({ type: "open", device })}
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
              {load.onCard(bytesOfBuild("graphics-card") - bytesOfBuild("processor"))}
            </label>
          )}
        </div>
      )}
    </section>
  );
}
