/** @file What a run drew: the base, the best step and the last side by side, and all of it by prompt and step. */

import type { Run, Sample } from "@atelier/server/api";
import { SegmentedControl, Select, Text } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../messages/language.js";
import { CompareSlider } from "../../parts/compare-slider.js";
import { Picture } from "../../parts/picture.js";
import { Enlarged } from "./enlarged.js";
import { sampleAddress } from "./sample-address.js";
import { type SampleGrid, type SampleStop, sampleGrid, stopsOf } from "./sample-grid.js";
import { rowLabel, SampleStrip } from "./sample-strip.js";
import classes from "./samples.module.css";

/** The pictures of a run. */
export function RunSamples({
  run: { name, keptStep, state },
  samples,
}: {
  readonly run: Run;
  readonly samples: readonly Sample[];
}) {
  const { runs } = useText();
  const { samples: text } = runs.run;
  const grid = sampleGrid(samples);
  const [enlarged, setEnlarged] = useState<Sample | undefined>();
  if (samples.length === 0) {
    return <Text c="var(--quiet)">{state === "running" ? text.wait : text.none}</Text>;
  }
  const all = grid.rows.flatMap(({ pictures }) =>
    grid.steps.flatMap((at) => pictures.get(at) ?? []),
  );
  return (
    <div className={classes.samples}>
      <Stops run={name} grid={grid} keptStep={keptStep} />
      <SampleStrip run={name} grid={grid} keptStep={keptStep} onOpen={setEnlarged} />
      <Enlarged run={name} samples={all} shown={enlarged} onShow={setEnlarged} />
    </div>
  );
}

/** Two of base, best and last over each other. */
function Stops({
  run,
  grid: { rows },
  keptStep,
}: {
  readonly run: string;
  readonly grid: SampleGrid;
  readonly keptStep: number | undefined;
}) {
  const { runs } = useText();
  const { samples: text } = runs.run;
  const [prompt, setPrompt] = useState(0);
  const [sides, setSides] = useState<readonly [number, number]>([0, 1]);
  const row = rows[Math.min(prompt, rows.length - 1)];
  if (row === undefined) return null;
  const stops = stopsOf(row, keptStep);
  const [left, right] = sides.map((side) => stops[Math.min(side, stops.length - 1)]);
  if (left === undefined || right === undefined) return null;
  const nameOf = ({ name, sample: { step } }: SampleStop): string =>
    name === "base" ? text.base : `${text[name]} · ${text.step(step)}`;
  const best = stops.find(({ name }) => name === "best");
  const choice = (side: 0 | 1) => (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label={side === 0 ? text.left : text.right}
      data={stops.map(({ name }, index) => ({ value: String(index), label: text[name] }))}
      value={String(Math.min(sides[side], stops.length - 1))}
      onChange={(value) =>
        setSides(side === 0 ? [Number(value), sides[1]] : [sides[0], Number(value)])
      }
    />
  );
  return (
    <div className={classes.stops}>
      {rows.length > 1 && (
        <Select
          size="xs"
          aria-label={text.prompt}
          allowDeselect={false}
          data={rows.map((each, index) => ({
            value: String(index),
            label: rowLabel(each, rows, text),
          }))}
          value={String(prompt)}
          onChange={(value) => setPrompt(Number(value ?? 0))}
        />
      )}
      {stops.length > 1 ? (
        <CompareSlider
          left={{ src: sampleAddress(run, left.sample), name: nameOf(left) }}
          right={{ src: sampleAddress(run, right.sample), name: nameOf(right) }}
          label={text.line}
        />
      ) : (
        <div className={classes.single}>
          <Picture src={sampleAddress(run, left.sample)} alt={nameOf(left)} fit="contain" />
        </div>
      )}
      {stops.length > 1 && (
        <div className={classes.sides}>
          {choice(0)}
          {choice(1)}
        </div>
      )}
      {best?.isExact === false && keptStep !== undefined && (
        <Text size="sm" c="var(--quiet)">
          {text.nearest(text.step(keptStep), text.step(best.sample.step))}
        </Text>
      )}
    </div>
  );
}
