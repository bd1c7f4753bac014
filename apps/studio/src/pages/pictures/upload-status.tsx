/** @file How far files are on their way to a set, and which were not taken, and why. */

import { Button, CloseButton, Group, List, Paper, Progress, Stack, Text } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { useErrorText, useProblemText } from "../../parts/use-error-text.js";
import classes from "./pictures.module.css";
import type { Skipped, Upload } from "./uploads.js";
import { useUpload, useUploads } from "./use-uploads.js";

/** The upload to a data set; nothing where there is none. */
export function UploadStatus({ dataset }: { readonly dataset: string }) {
  const { pictures: text, common } = useText();
  const upload = useUpload(dataset);
  const uploads = useUploads();
  const errorText = useErrorText();
  if (upload === undefined) return null;
  const { state, files, added, captions, skipped, error } = upload;
  return (
    <Paper withBorder p="sm" mb="md" className={state === "failed" ? classes.attention : ""}>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Text size="sm" role="status">
            {state === "sending"
              ? text.sending(files.done, files.total)
              : state === "failed"
                ? text.brokeOff(files.done, files.total)
                : text.added(added, captions)}
          </Text>
          {state === "sending" ? (
            <Button size="compact-sm" variant="default" onClick={() => uploads.close(dataset)}>
              {common.cancel}
            </Button>
          ) : (
            <CloseButton
              size="sm"
              aria-label={common.close}
              onClick={() => uploads.close(dataset)}
            />
          )}
        </Group>
        {state !== "done" && (
          <Progress value={share(upload)} size="sm" aria-label={text.progress} />
        )}
        {state === "failed" && (
          <Group gap="sm">
            <Text size="sm">{errorText(error)}</Text>
            <Button size="compact-sm" onClick={() => uploads.retry(dataset)}>
              {common.retry}
            </Button>
          </Group>
        )}
        {skipped.length > 0 && <SkippedList skipped={skipped} />}
      </Stack>
    </Paper>
  );
}

/** A thin bar of an upload, for a card. */
export function UploadBar({ dataset }: { readonly dataset: string }) {
  const { pictures: text } = useText();
  const upload = useUpload(dataset);
  if (upload === undefined || upload.state === "done") return null;
  return (
    <Progress
      value={share(upload)}
      color={upload.state === "failed" ? "orange" : "teal"}
      size="xs"
      radius={0}
      aria-label={text.progress}
    />
  );
}

function SkippedList({ skipped }: { readonly skipped: readonly Skipped[] }) {
  const { pictures: text } = useText();
  const problemText = useProblemText();
  const reasonOf = ({ why }: Skipped): string => {
    if (typeof why === "string") return text.skippedBecause[why];
    // These begin with the file's name.
    const { reason: message, sentence } = why;
    return problemText({ message, sentence });
  };
  return (
    <details>
      <summary className={classes.summary}>{text.skipped(skipped.length)}</summary>
      <List size="sm" mt="xs" className={classes.skipped}>
        {skipped.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names can be there twice, and the list only grows
          <List.Item key={index}>
            {typeof each.why === "string" && (
              <Text span fw={600} size="sm">
                {each.name}{" "}
              </Text>
            )}
            {reasonOf(each)}
          </List.Item>
        ))}
      </List>
    </details>
  );
}

function share({ bytes }: Upload): number {
  return bytes.total === 0 ? 0 : (100 * bytes.done) / bytes.total;
}
