/** @file What came of runs, in numbers: a row for each. */

import { Anchor, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useText } from "../../messages/language.js";
import { sharePercent } from "../../parts/percent.js";
import { VerdictBadge } from "../../parts/verdict-badge.js";
import { WideTable } from "../../parts/wide-table.js";
import { RunSection } from "../runs/run-section.js";
import classes from "./compare.module.css";
import { lookOf } from "./compare-plots.js";
import type { Compared } from "./compared.js";

/** The table. */
export function CompareResults({ runs }: { readonly runs: readonly Compared[] }) {
  const { compare, common, runs: words } = useText();
  const { result: text } = compare;
  const { facts } = words.run;
  return (
    <RunSection title={text.title}>
      <WideTable label={text.title} minWidth={760}>
        <Table verticalSpacing={8}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{common.name}</Table.Th>
              <Table.Th>{text.verdict}</Table.Th>
              <Table.Th ta="right">{text.kept}</Table.Th>
              <Table.Th ta="right">{text.heldOut}</Table.Th>
              <Table.Th ta="right">{text.training}</Table.Th>
              <Table.Th ta="right">{text.other}</Table.Th>
              <Table.Th ta="right">{text.steps}</Table.Th>
              <Table.Th ta="right">{text.took}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {runs.map(({ run, label, curves }, index) => {
              const at = (points: Compared["curves"]["heldOut"]) => {
                const kept = points.find(({ step }) => step === run.keptStep) ?? points.at(-1);
                return kept === undefined ? "–" : sharePercent(kept.value);
              };
              return (
                <Table.Tr key={run.name}>
                  <Table.Td className={classes.run}>
                    <LookOf index={index} />
                    <Anchor
                      inherit
                      renderRoot={(props) => (
                        <Link to="/runs/$run" params={{ run: run.name }} {...props} />
                      )}
                    >
                      {label}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>
                    {run.verdict === undefined ? (
                      <Text span size="sm" c="var(--quiet)">
                        {words.noVerdict}
                      </Text>
                    ) : (
                      <VerdictBadge state={run.verdict.state} />
                    )}
                  </Table.Td>
                  <Table.Td ta="right">
                    {run.keptStep === undefined ? "–" : facts.keptStep(run.keptStep)}
                  </Table.Td>
                  <Table.Td ta="right">{at(curves.heldOut)}</Table.Td>
                  <Table.Td ta="right">{at(curves.trained)}</Table.Td>
                  <Table.Td ta="right">{at(curves.forgotten)}</Table.Td>
                  <Table.Td ta="right">{run.step}</Table.Td>
                  <Table.Td ta="right">{common.duration(run.seconds)}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </WideTable>
    </RunSection>
  );
}

/** The line of a run in charts. */
export function LookOf({ index }: { readonly index: number }) {
  const { color, dash } = lookOf(index);
  return (
    <svg className={classes.look} width="20" height="10" aria-hidden="true">
      <path
        d="M0 5H20"
        stroke={`var(${color})`}
        strokeWidth="3"
        {...(dash && { strokeDasharray: dash.join(" ") })}
      />
    </svg>
  );
}
