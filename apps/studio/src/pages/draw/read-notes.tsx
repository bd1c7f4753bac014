/** @file What was taken from a picture, and what of it was not understood. */

import { List, Stack, Text } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { Notice } from "../../parts/notice.js";
import { useProblemText } from "../../parts/use-error-text.js";
import type { ReadPicture } from "./use-read-picture.js";

/** Tells it until it is closed. */
export function ReadNotes({
  picture: { name, notes, hasSettings },
  onClose,
}: {
  readonly picture: ReadPicture;
  readonly onClose: () => void;
}) {
  const { draw } = useText();
  const { read: text } = draw;
  const problemText = useProblemText();
  const isWhole = hasSettings && notes.length === 0;
  return (
    <Notice
      title={hasSettings ? text.taken(name) : text.nothing(name)}
      needsAttention={!isWhole}
      onClose={onClose}
    >
      <Stack gap={4}>
        {isWhole && <Text size="sm">{text.whole}</Text>}
        {notes.length > 0 && (
          <>
            <Text size="sm">{text.notes}</Text>
            <List size="sm">
              {notes.map((note) => (
                <List.Item key={note.message}>{problemText(note)}</List.Item>
              ))}
            </List>
          </>
        )}
      </Stack>
    </Notice>
  );
}
