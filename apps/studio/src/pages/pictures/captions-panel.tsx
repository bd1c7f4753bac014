/** @file Changes of many captions at once: of those that are chosen, else of all that are shown. */

import { Button, Checkbox, Divider, Group, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useText } from "../../messages/language.js";
import { type CaptionsByName, replaced, wrapped } from "./caption-edits.js";
import type { Desk } from "./desk.js";
import { captionsOf } from "./scope.js";
import { TagChips } from "./tag-chips.js";

/** The part of the panel about many captions. */
export function CaptionsPanel({ desk }: { readonly desk: Desk }) {
  const { pictures: text, common } = useText();
  const { chosen, scope } = desk;
  return (
    <Stack gap="md">
      <Text size="sm" c="var(--quiet)">
        {chosen.length > 0 ? text.scopeChosen(chosen.length) : text.scopeAll(scope.length)}
      </Text>
      <Replace desk={desk} />
      <Divider />
      <Wrap desk={desk} />
      <Divider />
      <Stack gap="xs">
        <Text size="sm" fw={600}>
          {text.tags}
        </Text>
        <TagChips desk={desk} pictures={scope} />
      </Stack>
      <Text size="xs" c="var(--quiet)">
        {text.tagsHint(common.undo)}
      </Text>
    </Stack>
  );
}

function Replace({ desk }: { readonly desk: Desk }) {
  const { pictures: text } = useText();
  const [find, setFind] = useState("");
  const [replace, setReplace] = useState("");
  const [isExact, setExact] = useState(false);
  const edits = replaced(captionsOf(desk.captions, desk.scope), { find, replace, isExact });
  return (
    <EditForm desk={desk} edits={edits} isIdle={find === ""} action={text.replace}>
      <TextInput
        label={text.find}
        value={find}
        onChange={(event) => setFind(event.currentTarget.value)}
      />
      <TextInput
        label={text.replaceBy}
        value={replace}
        onChange={(event) => setReplace(event.currentTarget.value)}
      />
      <Checkbox
        label={text.matchCase}
        checked={isExact}
        onChange={(event) => setExact(event.currentTarget.checked)}
      />
    </EditForm>
  );
}

function Wrap({ desk }: { readonly desk: Desk }) {
  const { pictures: text } = useText();
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const edits = wrapped(captionsOf(desk.captions, desk.scope), { before, after });
  const isIdle = before === "" && after === "";
  const clear = () => {
    setBefore("");
    setAfter("");
  };
  return (
    <EditForm desk={desk} edits={edits} isIdle={isIdle} action={text.put} onDone={clear}>
      <TextInput
        label={text.before}
        placeholder={text.beforePlaceholder}
        value={before}
        onChange={(event) => setBefore(event.currentTarget.value)}
      />
      <TextInput
        label={text.after}
        value={after}
        onChange={(event) => setAfter(event.currentTarget.value)}
      />
    </EditForm>
  );
}

/** A change with the number of captions that it is going to change. */
function EditForm({
  desk,
  edits,
  isIdle,
  action,
  onDone,
  children,
}: {
  readonly desk: Desk;
  readonly edits: CaptionsByName;
  readonly isIdle: boolean;
  readonly action: string;
  readonly onDone?: () => void;
  readonly children: ReactNode;
}) {
  const { pictures: text } = useText();
  const count = isIdle ? 0 : edits.size;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (count === 0) return;
        desk.actions.edit(edits);
        onDone?.();
      }}
    >
      <Stack gap="xs">
        {children}
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="var(--quiet)" aria-live="polite">
            {isIdle ? "" : text.willChange(count)}
          </Text>
          <Button type="submit" size="sm" variant="default" disabled={count === 0}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
