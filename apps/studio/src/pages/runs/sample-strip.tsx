/** @file Samples over time: a row for each prompt, a column for each step. */

import type { Sample } from "@atelier/server/api";
import type { Messages } from "../../messages/catalogue.js";
import { useText } from "../../messages/language.js";
import { Picture } from "../../parts/picture.js";
import { sampleAddress } from "./sample-address.js";
import type { SampleGrid, SampleRow } from "./sample-grid.js";
import classes from "./samples.module.css";

type SampleText = Messages["runs"]["run"]["samples"];

/** A prompt; with its seed where it was drawn with several. */
export function rowLabel(
  { prompt, seed }: SampleRow,
  rows: readonly SampleRow[],
  text: SampleText,
): string {
  const isOnce = rows.filter((row) => row.prompt === prompt).length === 1;
  return isOnce ? prompt : `${prompt} · ${text.seed(seed)}`;
}

/** All pictures; a click enlarges one. */
export function SampleStrip({
  run,
  grid: { rows, steps },
  keptStep,
  onOpen,
}: {
  readonly run: string;
  readonly grid: SampleGrid;
  readonly keptStep: number | undefined;
  readonly onOpen: (sample: Sample) => void;
}) {
  const { runs } = useText();
  const { samples: text, curves } = runs.run;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section className={classes.strip} tabIndex={0} aria-label={text.strip}>
      <table className={classes.table}>
        <thead>
          <tr>
            {steps.map((step) => (
              <th key={step} scope="col" className={step === keptStep ? classes.kept : ""}>
                {step === keptStep ? curves.kept(step) : text.step(step)}
              </th>
            ))}
          </tr>
        </thead>
        {rows.map((row) => (
          <tbody key={`${row.seed} ${row.prompt}`}>
            <tr>
              <th scope="rowgroup" colSpan={steps.length} className={classes.prompt}>
                <span>{rowLabel(row, rows, text)}</span>
              </th>
            </tr>
            <tr>
              {steps.map((step) => {
                const sample = row.pictures.get(step);
                return (
                  <td key={step}>
                    {sample !== undefined && (
                      <button
                        type="button"
                        className={classes.picture}
                        onClick={() => onOpen(sample)}
                      >
                        <Picture
                          src={sampleAddress(run, sample)}
                          alt={text.open(text.step(step), row.prompt)}
                        />
                      </button>
                    )}
                  </td>
                );
              })}
            </tr>
          </tbody>
        ))}
      </table>
    </section>
  );
}
