/** @file Pictures of runs side by side: a row for each prompt and seed, a column for each run. */

import { SegmentedControl, Text } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../messages/language.js";
import { Picture } from "../../parts/picture.js";
import { RunSection } from "../runs/run-section.js";
import { sampleAddress } from "../runs/sample-address.js";
import type { StopName } from "../runs/sample-grid.js";
import classes from "./compare.module.css";
import { LookOf } from "./compare-results.js";
import type { Compared } from "./compared.js";
import { sheetRows } from "./sheets.js";

const moments = ["base", "best", "last"] as const satisfies readonly StopName[];

/** The sheet. */
export function CompareSheets({ runs }: { readonly runs: readonly Compared[] }) {
  const { compare, runs: words } = useText();
  const { sheets: text } = compare;
  const { samples: own } = words.run;
  const [moment, setMoment] = useState<StopName>("best");
  const rows = sheetRows(
    runs.map(({ samples, run: { keptStep } }) => ({ samples, keptStep })),
    moment,
  );
  return (
    <RunSection title={text.title}>
      <SegmentedControl
        size="xs"
        className={classes.switch}
        aria-label={text.moment}
        data={moments.map((value) => ({ value, label: text.moments[value] }))}
        value={moment}
        onChange={(value) => setMoment(moments.find((each) => each === value) ?? "best")}
      />
      {rows.length === 0 ? (
        <Text c="var(--quiet)">{text.none}</Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        <section className={classes.sheet} tabIndex={0} aria-label={text.title}>
          <table>
            <thead>
              <tr>
                {runs.map(({ run, label }, index) => (
                  <th key={run.name} scope="col">
                    <span className={classes.run}>
                      <LookOf index={index} />
                      {label}
                    </span>
                  </th>
                ))}
              </tr>
            </thead>
            {rows.map(({ prompt, seed, pictures }) => (
              <tbody key={`${seed} ${prompt}`}>
                <tr>
                  <th scope="rowgroup" colSpan={runs.length} className={classes.prompt}>
                    {prompt} · {own.seed(seed)}
                  </th>
                </tr>
                <tr>
                  {runs.map(({ run, label }, index) => {
                    const sample = pictures[index];
                    return (
                      <td key={run.name}>
                        {sample === undefined ? (
                          <span className={classes.nothing}>{text.nothing}</span>
                        ) : (
                          <figure className={classes.picture}>
                            <Picture
                              src={sampleAddress(run.name, sample)}
                              alt={`${label}: ${own.open(own.step(sample.step), prompt)}`}
                            />
                            <figcaption>{own.step(sample.step)}</figcaption>
                          </figure>
                        )}
                      </td>
                    );
                  })}
                </tr>
              </tbody>
            ))}
          </table>
        </section>
      )}
    </RunSection>
  );
}
