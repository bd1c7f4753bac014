/** @file Settings that runs do not agree on. */

import { routes } from "@atelier/server/api";
import { Table, Text } from "@mantine/core";
import { useRoute } from "../../app/use-route.js";
import { useLanguage, useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { WideTable } from "../../parts/wide-table.js";
import { RunSection } from "../runs/run-section.js";
import { differingSettings } from "../runs/settings-diff.js";
import { useSettingText } from "../runs/use-setting-text.js";
import classes from "./compare.module.css";
import { LookOf } from "./compare-results.js";
import type { Compared } from "./compared.js";

/** A table of them, a column for each run. */
export function CompareSettings({ runs }: { readonly runs: readonly Compared[] }) {
  const { compare } = useText();
  const { language } = useLanguage();
  const { settings: text } = compare;
  const valueText = useSettingText();
  const query = useRoute(routes.library.fields, {}, { staleTime: Number.POSITIVE_INFINITY });
  return (
    <RunSection title={text.title}>
      <Answered query={query}>
        {(fields) => {
          const settings = differingSettings(
            runs.map(({ config }) => config),
            fields,
          );
          if (settings.length === 0) return <Text c="var(--quiet)">{text.none}</Text>;
          return (
            <WideTable label={text.title} minWidth={160 * (1 + runs.length)}>
              <Table verticalSpacing={8} layout="fixed">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{text.setting}</Table.Th>
                    {runs.map(({ run, label }, index) => (
                      <Table.Th key={run.name}>
                        <span className={classes.run}>
                          <LookOf index={index} />
                          {label}
                        </span>
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {settings.map(({ path, values, field }) => (
                    <Table.Tr key={path}>
                      <Table.Td>
                        <Text size="sm">{path}</Text>
                        {field !== undefined && (
                          <Text size="xs" c="var(--quiet)">
                            {field.text[language]}
                          </Text>
                        )}
                      </Table.Td>
                      {runs.map(({ run }, index) => (
                        <Table.Td key={run.name}>{valueText(values[index])}</Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </WideTable>
          );
        }}
      </Answered>
    </RunSection>
  );
}
