/** @file Asks into which data set pictures are copied. */

import { type Drawn, itemName, routes } from "@atelier/server/api";
import { Autocomplete, Button, Group, Stack } from "@mantine/core";
import { useState } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Dialog } from "../../parts/dialog.js";
import { useDrawingActions } from "./use-drawing-actions.js";

/** The dialog; nothing is asked while there are no pictures to send. */
export function SendDialog({
  drawings,
  onClose,
}: {
  readonly drawings: readonly Drawn[] | undefined;
  readonly onClose: () => void;
}) {
  const { draw, common } = useText();
  const { send: text } = draw;
  const [name, setName] = useState("");
  const [isSending, setSending] = useState(false);
  const datasets = useRoute(routes.datasets.list, {}, { enabled: drawings !== undefined });
  const { send } = useDrawingActions();
  const isName = itemName.safeParse(name.trim()).success;
  const submit = async (): Promise<void> => {
    if (drawings === undefined || !isName) return;
    setSending(true);
    const isSent = await send(drawings, name.trim());
    setSending(false);
    if (isSent) onClose();
  };
  return (
    <Dialog opened={drawings !== undefined} onClose={onClose} title={text.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Stack>
          <Autocomplete
            label={text.field}
            description={text.hint}
            error={name !== "" && !isName ? text.misnamed : undefined}
            data={(datasets.data ?? []).map((dataset) => dataset.name)}
            value={name}
            onChange={setName}
            data-autofocus
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" disabled={!isName} loading={isSending}>
              {text.send}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
