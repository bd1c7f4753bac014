/** @file Asks for the time before which a job is not begun. */

import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../messages/language.js";
import { Dialog } from "../dialog.js";

interface BeginProps {
  readonly onClose: () => void;
  /** As ISO text; tonight unless given. */
  readonly first?: string | undefined;
  readonly onChoose: (begin: string) => void;
}

/** The dialog. */
export function BeginDialog({
  isOpen,
  ...props
}: BeginProps & {
  readonly isOpen: boolean;
}) {
  const { begin: text } = useText().times;
  return (
    <Dialog opened={isOpen} onClose={props.onClose} title={text.title}>
      <Form {...props} />
    </Dialog>
  );
}

function Form({ onClose, first, onChoose }: BeginProps) {
  const { times, common } = useText();
  const { begin: text } = times;
  const [value, setValue] = useState(() => localText(first === undefined ? tonight() : first));
  const time = new Date(value);
  const isToCome = time.getTime() > Date.now();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isToCome) return;
        onChoose(time.toISOString());
        onClose();
      }}
    >
      <Stack>
        <TextInput
          type="datetime-local"
          label={text.field}
          description={text.hint}
          error={isToCome ? undefined : text.past}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" disabled={!isToCome}>
            {text.choose}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const nightHour = 22;

/** The next ten in the evening. */
function tonight(): string {
  const time = new Date();
  time.setHours(nightHour, 0, 0, 0);
  if (time.getTime() <= Date.now()) time.setDate(time.getDate() + 1);
  return time.toISOString();
}

/** A time as the field has it: by the clock on the wall, to the minute. */
function localText(iso: string): string {
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
