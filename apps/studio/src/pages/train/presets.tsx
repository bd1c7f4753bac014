/** @file Presets: Atelier's three, and those that people keep in their browser. */

import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { Choice } from "./choice.js";
import { useDesk } from "./desk.js";
import {
  type OwnPreset,
  presetOf,
  readOwnPresets,
  withOwnPreset,
  withPreset,
  writeOwnPresets,
} from "./preset-settings.js";
import { presets } from "./train-form.js";

/** Presets to choose from. */
export function Presets() {
  const { form, change } = useDesk();
  const { presets: text } = useText().train;
  const choose = (value: string): void => {
    const preset = presets.find((each) => each === value);
    if (preset !== undefined) change(withPreset(form, preset));
  };
  return (
    <Stack gap="xs">
      <Choice
        aria-label={text.title}
        value={form.preset}
        onChange={choose}
        data={presets.map((each) => ({ value: each, label: text.names[each] }))}
      />
      <Text size="sm" c="var(--quiet)">
        {text.about[form.preset]}
      </Text>
      <OwnPresets />
    </Stack>
  );
}

function OwnPresets() {
  const { form, change } = useDesk();
  const { train, common } = useText();
  const { presets: text } = train;
  const { tell } = useToasts();
  const [own, setOwn] = useState(() => readOwnPresets(localStorage));
  const keep = (next: readonly OwnPreset[]): void => {
    writeOwnPresets(localStorage, next);
    setOwn([...next]);
  };
  const forget = (gone: OwnPreset): void => {
    keep(own.filter((each) => each !== gone));
    tell({
      message: text.forgotten(gone.name),
      action: { label: common.undo, run: () => keep(own) },
    });
  };
  return (
    <Group gap="xs" role="group" aria-label={text.own}>
      {own.map((preset) => (
        <Group key={preset.name} gap={2} wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => change(withOwnPreset(form, preset))}
          >
            {preset.name}
          </Button>
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={text.forget(preset.name)}
            onClick={() => forget(preset)}
          >
            <Trash2 size={14} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      {Object.keys(form.values).length > 0 && (
        <KeepPreset
          onKeep={(name) => {
            keep([...own.filter((each) => each.name !== name), presetOf(name, form)]);
            tell({ message: text.kept(name) });
          }}
        />
      )}
    </Group>
  );
}

function KeepPreset({ onKeep }: { readonly onKeep: (name: string) => void }) {
  const { train, common } = useText();
  const { presets: text } = train;
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      trapFocus
      withArrow
      transitionProps={{ duration: 80 }}
    >
      <Popover.Target>
        <Button size="compact-sm" variant="subtle" onClick={() => setOpen(!isOpen)}>
          {text.keep}
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw={320}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onKeep(name.trim());
            setName("");
            setOpen(false);
          }}
        >
          <Stack gap="sm">
            <TextInput
              label={text.name}
              description={text.keepAbout}
              maxLength={100}
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
            <Button type="submit" size="xs" disabled={name.trim() === ""}>
              {common.save}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
