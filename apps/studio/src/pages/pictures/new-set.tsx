/** @file Asks for the name of a new data set. */

import { itemName, routes } from "@atelier/server/api";
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Dialog } from "../../parts/dialog.js";
import { useErrorText } from "../../parts/use-error-text.js";

/** The dialog of a new data set; opens the set once it is made. */
export function NewSet({
  isOpen,
  onClose,
  taken,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly taken: readonly string[];
}) {
  const { pictures: text } = useText();
  return (
    <Dialog opened={isOpen} onClose={onClose} title={text.newSet}>
      <NewSetForm onClose={onClose} taken={taken} />
    </Dialog>
  );
}

function NewSetForm({
  onClose,
  taken,
}: {
  readonly onClose: () => void;
  readonly taken: readonly string[];
}) {
  const { pictures: text, common } = useText();
  const [name, setName] = useState("");
  const create = useChange(routes.datasets.create);
  const navigate = useNavigate();
  const errorText = useErrorText();
  const fault = nameFault(name, taken);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (fault !== undefined) return;
        create.mutate(
          { body: { name } },
          {
            onSuccess: () => void navigate({ to: "/pictures/$dataset", params: { dataset: name } }),
          },
        );
      }}
    >
      <Stack>
        <TextInput
          label={common.name}
          placeholder={text.namePlaceholder}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={
            create.isError
              ? errorText(create.error)
              : name !== "" && fault !== undefined && text.nameFaults[fault]
          }
          data-autofocus
          autoComplete="off"
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" disabled={fault !== undefined} loading={create.isPending}>
            {text.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Why a data set cannot have a name, if it cannot. */
export function nameFault(name: string, taken: readonly string[]): "taken" | "wrong" | undefined {
  if (taken.includes(name)) return "taken";
  return itemName.safeParse(name).success ? undefined : "wrong";
}
