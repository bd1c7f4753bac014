/** @file How much lies in the trash, and the button that deletes it for good. */

import { routes } from "@atelier/server/api";
import { Button, Group, Stack, Text } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useChange, useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Dialog } from "../../parts/dialog.js";
import { useToasts } from "../../parts/toasts.js";

/** One line; nothing while the trash is empty. */
export function TrashSection() {
  const { library, common } = useText();
  const { trash: text } = library;
  const { tell, tellError } = useToasts();
  const query = useRoute(routes.datasets.trash, {}, { staleTime: 0 });
  const empty = useChange(routes.datasets.emptyTrash);
  const [isAsked, setAsked] = useState(false);
  const { removals = 0, bytes = 0 } = query.data ?? {};
  if (removals === 0) return null;
  const close = (): void => setAsked(false);
  const emptyIt = (): void =>
    empty.mutate(
      {},
      {
        onError: tellError,
        onSuccess: (gone) => tell({ message: text.emptied(common.bytes(gone.bytes)) }),
        onSettled: close,
      },
    );
  return (
    <Group gap="xs" justify="space-between" component="section" aria-label={text.title}>
      <Text size="sm" c="var(--quiet)">
        {text.content(removals, common.bytes(bytes))}
      </Text>
      <Button
        size="xs"
        variant="default"
        leftSection={<Trash2 size={14} aria-hidden />}
        onClick={() => setAsked(true)}
      >
        {text.empty}
      </Button>
      <Dialog opened={isAsked} onClose={close} title={text.ask}>
        <Stack>
          <Text>{text.warning(removals, common.bytes(bytes))}</Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} data-autofocus>
              {common.cancel}
            </Button>
            <Button loading={empty.isPending} onClick={emptyIt}>
              {text.empty}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </Group>
  );
}
