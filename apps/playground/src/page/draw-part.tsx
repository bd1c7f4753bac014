/** @file Draws by prompt, with what was learned where there is something. */

import { useState } from "react";
import { Field } from "./field.js";
import { useText } from "./language.js";
import { Progress } from "./progress.js";
import { StopButton } from "./stop-button.js";
import type { Atelier } from "./use-atelier.js";

/** Larger seeds are no numbers that JavaScript counts by. */
const mostSeed = 2 ** 32 - 1;

export function DrawPart({ atelier }: { readonly atelier: Atelier }) {
  const { state, ask } = atelier;
  const { draw: text } = useText();
  const [prompt, setPrompt] = useState("a cat on a blue background");
  const [seed, setSeed] = useState("7");
  const [strength, setStrength] = useState(1);
  const { busy, drawing, drawn, learned } = state;
  const seedNumber = Number(seed);
  const isGood =
    prompt.trim() !== "" &&
    Number.isInteger(seedNumber) &&
    seedNumber >= 0 &&
    seedNumber <= mostSeed;
  const draw = () => {
    ask({ type: "draw", drawing: { prompt, seed: seedNumber, count: 1, strength } });
    setSeed(String((seedNumber + 1) % (mostSeed + 1)));
  };
  return (
    <section aria-labelledby="draw">
      <h2 id="draw">{text.title}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isGood && busy === undefined) draw();
        }}
      >
        <div className="fields">
          <Field
            label={text.prompt}
            className="wide"
            value={prompt}
            maxLength={300}
            onChange={({ currentTarget }) => setPrompt(currentTarget.value)}
          />
          <Field
            label={text.seed}
            inputMode="numeric"
            value={seed}
            aria-invalid={!isGood}
            onChange={({ currentTarget }) => setSeed(currentTarget.value)}
          />
          {learned !== undefined && (
            <Field
              label={`${text.strength}: ${strength.toFixed(1)}`}
              type="range"
              min={0}
              max={1.5}
              step={0.1}
              value={strength}
              onChange={({ currentTarget }) => setStrength(currentTarget.valueAsNumber)}
            />
          )}
        </div>
        <div className="row">
          <button type="submit" disabled={!isGood || busy !== undefined}>
            {text.button}
          </button>
          {busy === "draw" && <StopButton atelier={atelier} />}
        </div>
      </form>
      {drawing !== undefined && (
        <Progress
          label={text.progress(drawing.done, drawing.total)}
          share={drawing.done / drawing.total}
        />
      )}
      {drawn.length === 0 ? (
        <p className="note">{text.empty}</p>
      ) : (
        <ul className="pictures">
          {drawn.map(({ url, seed: own, prompt: words }) => (
            <li key={url}>
              <img src={url} alt={text.alt(words, own)} className="pixels" />
              <a href={url} download={`${fileName(words)}-${own}.png`}>
                {text.save}
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const fileName = (prompt: string): string =>
  prompt
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60) || "drawing";
