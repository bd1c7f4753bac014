/** @file The settings of a run: first those that are not as usual, then all of them. */

import { type Field, routes } from "@atelier/server/api";
import { Accordion, Table, Text } from "@mantine/core";
import { useRoute } from "../../app/use-route.js";
import { useLanguage, useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { WideTable } from "../../parts/wide-table.js";
import { type ShownSetting, shownSettings } from "./settings-diff.js";
import { useSettingText } from "./use-setting-text.js";

/** What a run was made with. */
export function RunSettings({ config }: { readonly config: Readonly<Record<string, unknown>> }) {
  const query = useRoute(routes.library.fields, {}, { staleTime: Number.POSITIVE_INFINITY });
  return (
    <Answered query={query}>{(fields) => <Settings config={config} fields={fields} />}</Answered>
  );
}

function Settings({
  config,
  fields,
}: {
  readonly config: Readonly<Record<string, unknown>>;
  readonly fields: readonly Field[];
}) {
  const { runs } = useText();
  const { settings: text } = runs.run;
  const settings = shownSettings(config, fields);
  const differing = settings.filter(({ differs }) => differs);
  return (
    <>
      <Text>{text.differing(differing.length)}</Text>
      {differing.length > 0 && <SettingTable settings={differing} />}
      <Accordion variant="default" chevronPosition="left">
        <Accordion.Item value="all">
          <Accordion.Control>{text.all}</Accordion.Control>
          <Accordion.Panel>
            <SettingTable settings={settings} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </>
  );
}

function SettingTable({ settings }: { readonly settings: readonly ShownSetting[] }) {
  const { runs } = useText();
  const { language } = useLanguage();
  const { settings: text } = runs.run;
  const valueText = useSettingText();
  return (
    <WideTable label={text.title} minWidth={320}>
      <Table verticalSpacing={6} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text.setting}</Table.Th>
            <Table.Th>{text.value}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {settings.map(({ path, value, usual, differs, field }) => (
            <Table.Tr key={path}>
              <Table.Td>
                <Text size="sm">{path}</Text>
                {field !== undefined && (
                  <Text size="xs" c="var(--quiet)">
                    {field.text[language]}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Text size="sm" fw={differs ? 600 : 400}>
                  {valueText(value)}
                </Text>
                {differs && (
                  <Text size="xs" c="var(--quiet)">
                    {text.usual(valueText(usual))}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
