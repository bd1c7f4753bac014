/** @file Files on their way to the library. */

import { Button, CloseButton, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { useErrorText } from "../../parts/use-error-text.js";
import type { ItemUpload } from "./item-uploads.js";

/** The files, each with how much of it has gone. */
export function UploadList({
  uploads,
  onRetry,
  onStop,
}: {
  readonly uploads: readonly ItemUpload[];
  readonly onRetry: (id: number) => void;
  readonly onStop: (id: number) => void;
}) {
  const { library } = useText();
  if (uploads.length === 0) return null;
  return (
    <Stack component="section" gap="xs" aria-label={library.add.uploads}>
      {uploads.map((upload) => (
        <Upload key={upload.id} {...{ upload, onRetry, onStop }} />
      ))}
    </Stack>
  );
}

function Upload({
  upload: { id, name, bytes, sent, state, error },
  onRetry,
  onStop,
}: {
  readonly upload: ItemUpload;
  readonly onRetry: (id: number) => void;
  readonly onStop: (id: number) => void;
}) {
  const { library, common } = useText();
  const { add: text } = library;
  const errorText = useErrorText();
  // The server has all of it and looks into it; a form is a little larger than its file.
  const isWhole = sent >= bytes;
  const where = {
    waiting: text.waiting,
    sending: isWhole ? text.checking : text.progress(common.bytes(sent), common.bytes(bytes)),
    failed: "",
  }[state];
  return (
    <Paper withBorder p="sm" bg="var(--surface)">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Text size="sm" lineClamp={1}>
            {name}{" "}
            <Text span c="var(--quiet)">
              {where}
            </Text>
          </Text>
          <Group gap={4} wrap="nowrap">
            {state === "failed" && (
              <Button size="compact-sm" variant="default" onClick={() => onRetry(id)}>
                {common.retry}
              </Button>
            )}
            <CloseButton size="sm" aria-label={text.stop(name)} onClick={() => onStop(id)} />
          </Group>
        </Group>
        {state === "failed" ? (
          <Text size="sm" c="var(--attention)">
            {errorText(error)}
          </Text>
        ) : (
          <Progress
            size="sm"
            value={bytes === 0 ? 100 : Math.min(100, (100 * sent) / bytes)}
            animated={isWhole}
            aria-label={name}
          />
        )}
      </Stack>
    </Paper>
  );
}
