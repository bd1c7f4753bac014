/** @file Asks how often and when something is repeated. */

import { Button, Group, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../messages/language.js";
import { Dialog } from "../dialog.js";
import { cronOf, everys, nightly, type Repetition, repetitionOf } from "./repetition.js";
import { ownZone, useTimeText } from "./use-time-text.js";

/** When, by whose clock. */
export interface ChosenTimes {
  readonly cron: string;
  readonly zone: string;
}

interface RepeatProps {
  readonly onClose: () => void;
  /** Every night unless given. */
  readonly first?: ChosenTimes | undefined;
  readonly onChoose: (times: ChosenTimes) => void;
}

/** The dialog. */
export function RepeatDialog({
  isOpen,
  ...props
}: RepeatProps & {
  readonly isOpen: boolean;
}) {
  const { repeat: text } = useText().times;
  return (
    <Dialog opened={isOpen} onClose={props.onClose} title={text.title}>
      <Form {...props} />
    </Dialog>
  );
}

function Form({ onClose, first, onChoose }: RepeatProps) {
  const { times, common } = useText();
  const { repeat: text } = times;
  const [chosen, setChosen] = useState(first === undefined ? nightly : repetitionOf(first.cron));
  const [zone, setZone] = useState(first?.zone ?? ownZone());
  const isWhole = isComplete(chosen);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWhole) return;
        onChoose({ cron: cronOf(chosen), zone });
        onClose();
      }}
    >
      <Stack>
        <Text size="sm" c="var(--quiet)">
          {text.about}
        </Text>
        <Select
          label={text.every}
          data={everys.map((value) => ({ value, label: text.everys[value] }))}
          value={chosen.every}
          allowDeselect={false}
          onChange={(value) =>
            setChosen({ ...chosen, every: everys.find((each) => each === value) ?? chosen.every })
          }
          data-autofocus
        />
        <TimeFields chosen={chosen} onChange={setChosen} />
        <Select
          label={text.zone}
          searchable
          limit={100}
          allowDeselect={false}
          data={zonesWith(zone)}
          value={zone}
          onChange={(value) => setZone(value ?? zone)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" disabled={!isWhole}>
            {text.choose}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What of a time is asked for depends on how often it is. */
function TimeFields({
  chosen,
  onChange,
}: {
  readonly chosen: Repetition;
  readonly onChange: (chosen: Repetition) => void;
}) {
  const { repeat: text } = useText().times;
  const { weekday } = useTimeText();
  const { every, time, day, cron } = chosen;
  if (every === "hour") return null;
  if (every === "cron") {
    return (
      <TextInput
        label={text.cron}
        description={text.cronHint}
        placeholder="0 22 * * 1-5"
        value={cron}
        onChange={(event) => onChange({ ...chosen, cron: event.currentTarget.value })}
      />
    );
  }
  return (
    <Group grow align="flex-start">
      {every === "week" && (
        <Select
          label={text.weekday}
          data={weekdays.map((each) => ({ value: String(each), label: weekday(each) }))}
          value={String(chosen.weekday)}
          allowDeselect={false}
          onChange={(value) => onChange({ ...chosen, weekday: Number(value) })}
        />
      )}
      {every === "month" && (
        <NumberInput
          label={text.day}
          min={1}
          max={31}
          allowDecimal={false}
          value={day}
          onChange={(value) => onChange({ ...chosen, day: Number(value) })}
        />
      )}
      <TextInput
        type="time"
        label={text.time}
        value={time}
        onChange={(event) => onChange({ ...chosen, time: event.currentTarget.value })}
      />
    </Group>
  );
}

/** Monday first. */
const weekdays = [1, 2, 3, 4, 5, 6, 0];

function isComplete({ every, time, day, cron }: Repetition): boolean {
  if (every === "cron") return cron.trim() !== "";
  if (every === "month" && !(day >= 1 && day <= 31)) return false;
  return every === "hour" || time !== "";
}

const zonesWith = (zone: string): string[] => [
  ...new Set([zone, "UTC", ...Intl.supportedValuesOf("timeZone")]),
];
