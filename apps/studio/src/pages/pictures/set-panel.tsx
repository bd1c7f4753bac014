/** @file What the data set is called and shows, and its trigger word. */

import { routes } from "@atelier/server/api";
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useChange, useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { useErrorText } from "../../parts/use-error-text.js";
import { triggered } from "./caption-edits.js";
import type { Desk } from "./desk.js";
import { nameFault } from "./new-set.js";
import { captionsOf } from "./scope.js";
import { useUpload } from "./use-uploads.js";

/** The part of the panel about the set. */
export function SetPanel({ desk }: { readonly desk: Desk }) {
  const { pictures: text, common } = useText();
  const { pictures, dataset } = desk;
  const captioned = pictures.filter((each) => desk.captions.of(each).trim() !== "").length;
  return (
    <Stack gap="lg">
      <Text size="sm" c="var(--quiet)">
        {text.counts(common.pictures(pictures.length), captioned)} · {common.bytes(dataset.bytes)}
      </Text>
      <NameField desk={desk} />
      <SubjectField desk={desk} />
      <TriggerField desk={desk} />
    </Stack>
  );
}

function NameField({ desk }: { readonly desk: Desk }) {
  const { pictures: text, common } = useText();
  const { name } = desk.dataset;
  const [value, setValue] = useState(name);
  const others = useRoute(routes.datasets.list, {}).data?.map((each) => each.name) ?? [];
  const change = useChange(routes.datasets.change);
  const navigate = useNavigate();
  const errorText = useErrorText();
  const isSending = useUpload(name)?.state === "sending";
  const fault = nameFault(
    value,
    others.filter((other) => other !== name),
  );
  const isUnsaved = desk.captions.state !== "saved";
  const rename = () => {
    change.mutate(
      { params: { dataset: name }, body: { name: value } },
      {
        onSuccess: () =>
          void navigate({
            ...{ to: "/pictures/$dataset", params: { dataset: value }, replace: true },
          }),
      },
    );
  };
  return (
    <FieldForm
      // What is on its way goes to the set by its name.
      isReady={value !== name && fault === undefined && !isSending && !isUnsaved}
      isBusy={change.isPending}
      action={text.rename}
      onSubmit={rename}
    >
      <TextInput
        label={common.name}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
        error={
          change.isError ? errorText(change.error) : fault !== undefined && text.nameFaults[fault]
        }
        autoComplete="off"
      />
    </FieldForm>
  );
}

function SubjectField({ desk }: { readonly desk: Desk }) {
  const { pictures: text, common } = useText();
  const { name, subject } = desk.dataset;
  const [value, setValue] = useState(subject);
  const change = useChange(routes.datasets.change);
  const { tell, tellError } = useToasts();
  const save = () =>
    change.mutate(
      { params: { dataset: name }, body: { subject: value.trim() } },
      { onSuccess: () => tell({ message: common.saved }), onError: tellError },
    );
  return (
    <FieldForm
      isReady={value.trim() !== subject}
      isBusy={change.isPending}
      action={common.save}
      onSubmit={save}
    >
      <TextInput
        label={text.subject}
        description={text.subjectHint}
        placeholder={text.subjectPlaceholder}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
        autoComplete="off"
      />
    </FieldForm>
  );
}

function TriggerField({ desk }: { readonly desk: Desk }) {
  const { pictures: text, common } = useText();
  const { dataset, captions, pictures, actions } = desk;
  const [value, setValue] = useState(dataset.trigger);
  const change = useChange(routes.datasets.change);
  const { tell, tellError } = useToasts();
  const trigger = value.trim();
  const edits = triggered(captionsOf(captions, pictures), trigger, dataset.trigger);
  const store = (then: () => void) => {
    if (trigger === dataset.trigger) return then();
    change.mutate(
      { params: { dataset: dataset.name }, body: { trigger } },
      { onSuccess: then, onError: tellError },
    );
  };
  return (
    <Stack gap="xs">
      <FieldForm
        isReady={trigger !== dataset.trigger}
        isBusy={change.isPending}
        action={common.save}
        onSubmit={() => store(() => tell({ message: common.saved }))}
      >
        <TextInput
          label={text.trigger}
          description={text.triggerHint}
          placeholder={text.triggerPlaceholder}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
        />
      </FieldForm>
      {trigger !== "" && (
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="var(--quiet)">
            {edits.size === 0 ? text.triggerEverywhere : text.willChange(edits.size)}
          </Text>
          <Button
            size="sm"
            variant="default"
            disabled={edits.size === 0}
            onClick={() => store(() => actions.edit(edits))}
          >
            {text.putTrigger}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** A field with the button that saves it. */
function FieldForm({
  isReady,
  isBusy,
  action,
  onSubmit,
  children,
}: {
  readonly isReady: boolean;
  readonly isBusy: boolean;
  readonly action: string;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onSubmit();
      }}
    >
      <Stack gap="xs">
        {children}
        {isReady && (
          <Group justify="flex-end">
            <Button type="submit" size="sm" variant="default" loading={isBusy}>
              {action}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
