/** @file Adapters with their weights, and words, of the library. */

import type { Item } from "@atelier/server/api";
import {
  ActionIcon,
  Anchor,
  Group,
  Input,
  NumberInput,
  Paper,
  Select,
  Slider,
  Stack,
  Text,
} from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useText } from "../../messages/language.js";
import { hasWord } from "./insert-word.js";
import type { DrawForm } from "./use-draw-form.js";

/** What is drawn with, beside the base. */
export function ItemsField({ form }: { readonly form: DrawForm }) {
  const { draw } = useText();
  const { settings, change } = form;
  return (
    <Stack gap="xs" role="group" aria-label={draw.items.label}>
      <AddItem form={form} />
      {settings.adapters.map(({ name, weight }) => (
        <ItemRow
          key={name}
          name={name}
          form={form}
          onRemove={() =>
            change({ adapters: settings.adapters.filter((other) => other.name !== name) })
          }
        >
          <Weight
            name={name}
            value={weight}
            onChange={(value) =>
              change({
                adapters: settings.adapters.map((other) =>
                  other.name === name ? { name, weight: value } : other,
                ),
              })
            }
          />
        </ItemRow>
      ))}
      {settings.words.map((name) => (
        <ItemRow
          key={name}
          name={name}
          form={form}
          onRemove={() => change({ words: settings.words.filter((other) => other !== name) })}
        />
      ))}
    </Stack>
  );
}

function AddItem({ form: { settings, change, items } }: { readonly form: DrawForm }) {
  const { draw } = useText();
  const { items: text } = draw;
  const used = new Set([...settings.adapters.map(({ name }) => name), ...settings.words]);
  const free = (items ?? []).filter(({ name }) => !used.has(name));
  const namesOf = (kind: Item["kind"]): string[] =>
    free.filter((item) => item.kind === kind).map(({ name }) => name);
  const [adapters, words] = [namesOf("adapter"), namesOf("word")];
  const add = (name: string | null): void => {
    if (name === null) return;
    if (words.includes(name)) change({ words: [...settings.words, name] });
    else change({ adapters: [...settings.adapters, { name, weight: 1 }] });
  };
  const hasNone = items?.every(({ kind }) => kind === "model") === true;
  if (hasNone && used.size === 0) {
    return (
      <Input.Wrapper label={text.label} labelElement="div">
        <Text size="sm" c="var(--quiet)">
          {text.none}{" "}
          <Anchor size="sm" renderRoot={(props) => <Link to="/library" {...props} />}>
            {text.toLibrary}
          </Anchor>
        </Text>
      </Input.Wrapper>
    );
  }
  return (
    <Select
      label={text.label}
      placeholder={text.add}
      data={[
        { group: text.adapters, items: adapters },
        { group: text.words, items: words },
      ].filter((group) => group.items.length > 0)}
      value={null}
      onChange={add}
      searchable
      nothingFoundMessage={text.nothingFound}
      maxDropdownHeight={320}
    />
  );
}

function ItemRow({
  name,
  form: { items, settings },
  onRemove,
  children,
}: {
  readonly name: string;
  readonly form: DrawForm;
  readonly onRemove: () => void;
  readonly children?: React.ReactNode;
}) {
  const { draw } = useText();
  const { items: text } = draw;
  const item = items?.find((known) => known.name === name);
  const base = items?.find((known) => known.kind === "model" && known.name === settings.base);
  const notes = [
    ...(items !== undefined && item === undefined ? [text.unknown] : []),
    ...(item?.family !== undefined && base?.family !== undefined && item.family !== base.family
      ? [text.otherFamily(item.family, base.family)]
      : []),
    ...(item?.kind === "word" && item.triggers[0] !== undefined && !isSaid(item, settings.prompt)
      ? [text.unsaid(item.triggers[0])]
      : []),
  ];
  return (
    <Paper withBorder p="xs" bg="var(--surface)">
      <Stack gap={4}>
        <Group gap="xs" wrap="nowrap" justify="space-between">
          <Anchor
            size="sm"
            c="inherit"
            lineClamp={1}
            title={name}
            renderRoot={(props) => <Link to="/library/$name" params={{ name }} {...props} />}
          >
            {name}
          </Anchor>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={text.remove(name)}
            onClick={onRemove}
          >
            <X size={16} aria-hidden />
          </ActionIcon>
        </Group>
        {children}
        {notes.map((note) => (
          <Text key={note} size="xs" c="var(--attention)">
            {note}
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}

const isSaid = ({ triggers }: Item, prompt: string): boolean =>
  triggers.some((word) => hasWord(prompt, word));

function Weight({
  name,
  value,
  onChange,
}: {
  readonly name: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const { draw } = useText();
  const label = draw.items.weight(name);
  return (
    <Group gap="sm" wrap="nowrap">
      <Slider
        flex={1}
        thumbLabel={label}
        value={value}
        onChange={onChange}
        min={-1}
        max={2}
        step={0.05}
        startPointValue={0}
        label={null}
        size="sm"
      />
      <NumberInput
        aria-label={label}
        w={72}
        size="xs"
        value={value}
        onChange={(typed) => typeof typed === "number" && onChange(typed)}
        min={-10}
        max={10}
        step={0.05}
        decimalScale={2}
      />
    </Group>
  );
}
