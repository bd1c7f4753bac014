/** @file Every setting that the technique reads: made from the schema, by group, searched by name and explanation. */

import type { Field } from "@atelier/server/api";
import { Accordion, Checkbox, Group, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { ChevronDown, ChevronRight, Search } from "lucide-react";
import { useDeferredValue, useId, useState } from "react";
import { useLanguage } from "../../messages/language.js";
import { useDesk } from "./desk.js";
import { groupFields, isNamed, searchFields, settableFields } from "./setting-fields.js";
import { SettingRow, shownValue } from "./setting-row.js";

/** All settings, behind a button. */
export function AllSettings() {
  const { form } = useDesk();
  const { all: text } = useLanguage().text.train;
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const Icon = isOpen ? ChevronDown : ChevronRight;
  return (
    <Stack gap="sm">
      <UnstyledButton aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        <Group gap="xs">
          <Icon size={18} aria-hidden />
          <Text fw={600}>{text.show}</Text>
          <Text size="sm" c="var(--quiet)">
            {text.count(Object.keys(form.values).length)}
          </Text>
        </Group>
      </UnstyledButton>
      <div id={id} hidden={!isOpen}>
        {isOpen && <SettingList />}
      </div>
    </Stack>
  );
}

function SettingList() {
  const { form, fields, composed } = useDesk();
  const { language, text: all } = useLanguage();
  const { all: text } = all.train;
  const [search, setSearch] = useState("");
  const [isChangedOnly, setChangedOnly] = useState(false);
  const [open, setOpen] = useState<string[]>([]);
  const groupName = (group: string): string => text.groups[group] ?? group;
  const words = useDeferredValue(search);
  const found = searchFields(settableFields(fields, composed.technique), words, {
    language,
    groupName,
  }).filter(({ path }) => !isChangedOnly || path in form.values);
  const groups = groupFields(found, Object.keys(text.groups));
  const isNarrowed = words.trim() !== "" || isChangedOnly;
  return (
    <Stack gap="sm">
      <Group gap="md">
        <TextInput
          aria-label={text.search}
          placeholder={text.search}
          leftSection={<Search size={16} aria-hidden />}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
          flex="1 1 240px"
        />
        <Checkbox
          label={text.onlyChanged}
          checked={isChangedOnly}
          onChange={({ currentTarget }) => setChangedOnly(currentTarget.checked)}
        />
      </Group>
      <Text size="sm" c="var(--quiet)" role="status">
        {found.length === 0 ? text.none : text.found(found.length)}
      </Text>
      <Accordion
        multiple
        order={3}
        transitionDuration={120}
        value={isNarrowed ? groups.map(({ group }) => group) : open}
        onChange={setOpen}
      >
        {groups.map(({ group, fields: own }) => (
          <Accordion.Item key={group} value={group}>
            <Accordion.Control>
              {groupName(group)} ({own.length})
            </Accordion.Control>
            <Accordion.Panel>
              {(isNarrowed || open.includes(group)) &&
                own.map((field) => <FieldRow key={field.path} field={field} />)}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      <Text size="xs" c="var(--quiet)">
        {text.files}
      </Text>
    </Stack>
  );
}

/** A field with its explanation and its default. */
function FieldRow({ field }: { readonly field: Field }) {
  const { usualOf } = useDesk();
  const { language, text } = useLanguage();
  const { all } = text.train;
  const notes = [
    `${all.usual}: ${shownValue(usualOf(field.path), all)}`,
    ...(isNamed(field.path) ? [all.named] : []),
    ...(field.kind === "list" ? [all.lines] : []),
  ];
  return (
    <SettingRow
      path={field.path}
      label={field.path}
      about={`${field.text[language]} · ${notes.join(" · ")}`}
      isCode
    />
  );
}
