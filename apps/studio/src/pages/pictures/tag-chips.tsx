/** @file Tags of captions as chips, to be added to and taken away from many captions at once. */

import type { Picture } from "@atelier/server/api";
import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { Minus, Plus } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { useText } from "../../messages/language.js";
import { tagCounts, tagged, untagged } from "./caption-edits.js";
import type { Desk } from "./desk.js";
import classes from "./pictures.module.css";
import { captionsOf } from "./scope.js";

/** So many tags are shown at first. */
const shownTags = 40;

/** Tags of some pictures' captions. */
export function TagChips({
  desk,
  pictures,
}: {
  readonly desk: Desk;
  readonly pictures: readonly Picture[];
}) {
  const { pictures: text } = useText();
  const [areAll, setAll] = useState(false);
  const { captions, actions } = desk;
  // Typing does not wait for thousands of captions to be counted.
  const counted = useDeferredValue(captions);
  const counts = useMemo(
    () => tagCounts(pictures.map((picture) => counted.of(picture))),
    [counted, pictures],
  );
  const shown = areAll ? counts : counts.slice(0, shownTags);
  const add = (tag: string) => actions.edit(tagged(captionsOf(captions, pictures), tag));
  const take = (tag: string) => actions.edit(untagged(captionsOf(captions, pictures), tag));
  return (
    <Stack gap="xs">
      <Group gap={4}>
        {shown.map(([tag, count]) => (
          <span key={tag} className={classes.tag}>
            <span className={classes.tagName} title={tag}>
              {tag}
            </span>
            {pictures.length > 1 && <span className={classes.tagCount}>{count}</span>}
            {count < pictures.length && (
              <ActionIcon
                size="sm"
                variant="subtle"
                aria-label={text.addTagTo(tag, pictures.length - count)}
                title={text.addTagTo(tag, pictures.length - count)}
                onClick={() => add(tag)}
              >
                <Plus size={14} aria-hidden />
              </ActionIcon>
            )}
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              mr={4}
              aria-label={text.takeTagFrom(tag, count)}
              title={text.takeTagFrom(tag, count)}
              onClick={() => take(tag)}
            >
              <Minus size={14} aria-hidden />
            </ActionIcon>
          </span>
        ))}
        {counts.length === 0 && (
          <Text size="sm" c="var(--quiet)">
            {text.noTags}
          </Text>
        )}
        {counts.length > shown.length && (
          <Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
            {text.allTags(counts.length)}
          </Button>
        )}
      </Group>
      <NewTag onAdd={add} />
    </Stack>
  );
}

function NewTag({ onAdd }: { readonly onAdd: (tag: string) => void }) {
  const { pictures: text } = useText();
  const [tag, setTag] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (tag.trim() === "") return;
        onAdd(tag);
        setTag("");
      }}
    >
      <Group gap="xs" wrap="nowrap">
        <TextInput
          flex={1}
          size="sm"
          aria-label={text.newTag}
          placeholder={text.newTag}
          value={tag}
          onChange={(event) => setTag(event.currentTarget.value)}
        />
        <Button type="submit" size="sm" variant="default" disabled={tag.trim() === ""}>
          {text.addTag}
        </Button>
      </Group>
    </form>
  );
}
