/** @file What each setting of a search learned against what it forgot: up and left is better. */

import type { JobEvent } from "@atelier/server/api";
import { Table, Text } from "@mantine/core";
import { useMemo } from "react";
import { useText } from "../../messages/language.js";
import { errorPercent, sharePercent } from "../percent.js";
import { WideTable } from "../wide-table.js";
import classes from "./pareto.module.css";
import { paretoArea, paretoScale, placeNames } from "./pareto-places.js";
import { spotName, type TunedSpot, type TuneReading, tuneReading } from "./tune-reading.js";

/** The picture with a table of its numbers; a sentence while there are too few. */
export function ParetoChart({ events }: { readonly events: readonly JobEvent[] }) {
  const { compare } = useText();
  const { tune: text } = compare;
  const reading = useMemo(() => tuneReading(events), [events]);
  if (reading.spots.length < 2) return <Text c="var(--quiet)">{text.tooFew}</Text>;
  return (
    <div className={classes.pareto}>
      <WideTable label={text.title} minWidth={520}>
        <Spots reading={reading} />
      </WideTable>
      <SpotTable reading={reading} />
    </div>
  );
}

function Spots({ reading: { spots, what } }: { readonly reading: TuneReading }) {
  const { compare } = useText();
  const { tune: text } = compare;
  const { width, height, left, right, top, bottom } = paretoArea;
  const scale = paretoScale(spots);
  const nameOf = (spot: TunedSpot) => spotName(spot, text.names);
  const placed = spots.map((spot) => ({
    ...{ spot, x: scale.x(spot.forgotten), y: scale.y(Math.expm1(spot.learned)) },
  }));
  const names = placeNames(placed, nameOf);
  const best = spots.find(({ fate }) => fate === "chosen");
  const described = text.described(
    spots.length,
    best === undefined ? text.nothingChosen : nameOf(best),
  );
  return (
    <svg
      className={classes.chart}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={described}
    >
      {scale.gained.map((share) => (
        <g key={share}>
          <path className={classes.grid} d={`M${left} ${scale.y(share)}H${right}`} />
          <text x={left - 8} y={scale.y(share) + 4} textAnchor="end">
            {sharePercent(share)}
          </text>
        </g>
      ))}
      {scale.forgotten.map((share) => (
        <text key={share} x={scale.x(share)} y={bottom + 18} textAnchor="middle">
          {sharePercent(share)}
        </text>
      ))}
      <text x={left + 4} y={top - 6}>
        {text.gained}
      </text>
      <text x={right} y={bottom + 36} textAnchor="end">
        {text[what]}
      </text>
      <path className={classes.base} d={`M${scale.x(0) - 4} ${scale.y(0) - 4}h8v8h-8z`} />
      <text x={scale.x(0) + 10} y={scale.y(0) - 6}>
        {text.base}
      </text>
      {placed.map(({ spot, x, y }) => (
        <Spot key={spot.id} fate={spot.fate} {...{ x, y }} />
      ))}
      {placed.map(({ spot }, index) => {
        const place = names[index];
        return (
          place !== undefined && (
            <text
              key={spot.id}
              className={`${classes.name} ${classes[spot.fate]}`}
              {...{ x: place.x, y: place.y, textAnchor: place.anchor }}
            >
              {nameOf(spot)}
            </text>
          )
        );
      })}
    </svg>
  );
}

/** A circle; the chosen one has a ring and the result is a star, so that they are told apart without colours. */
function Spot({
  fate,
  x,
  y,
}: {
  readonly fate: TunedSpot["fate"];
  readonly x: number;
  readonly y: number;
}) {
  if (fate === "result") {
    const star = "m0-9l2.6 5.5 6 .8-4.4 4.2 1.1 6-5.3-2.9-5.3 2.9 1.1-6-4.4-4.2 6-.8z";
    return <path className={`${classes.spot} ${classes.result}`} d={`M${x} ${y}${star}`} />;
  }
  return (
    <g className={classes[fate]}>
      <circle className={classes.spot} cx={x} cy={y} r={5} />
      {fate === "chosen" && <circle className={classes.ring} cx={x} cy={y} r={9.5} />}
    </g>
  );
}

function SpotTable({ reading: { spots, what } }: { readonly reading: TuneReading }) {
  const { compare } = useText();
  const { tune: text } = compare;
  return (
    <WideTable label={text.title} minWidth={680}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text.head.tried}</Table.Th>
            <Table.Th ta="right">{text.head.step}</Table.Th>
            <Table.Th ta="right">{text.gained}</Table.Th>
            <Table.Th ta="right">{text[what]}</Table.Th>
            <Table.Th>{text.head.fate}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {spots.map((spot) => (
            <Table.Tr
              key={spot.id}
              fw={spot.fate === "chosen" || spot.fate === "result" ? 600 : 400}
            >
              <Table.Td>{spotName(spot, text.names)}</Table.Td>
              <Table.Td ta="right">{spot.step}</Table.Td>
              <Table.Td ta="right">{errorPercent(spot.learned)}</Table.Td>
              <Table.Td ta="right">{sharePercent(spot.forgotten)}</Table.Td>
              <Table.Td>{text.fates[spot.fate]}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
