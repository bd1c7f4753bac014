/** @file Asks what to download from the Hugging Face Hub. */

import { type GivenJobRequest, routes } from "@atelier/server/api";
import { Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Dialog } from "../../parts/dialog.js";
import { useToasts } from "../../parts/toasts.js";

const repository = /^[\w.-]+\/[\w.-]+$/;

/** The dialog. */
export function HubDialog({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const { library } = useText();
  return (
    <Dialog opened={isOpen} onClose={onClose} title={library.hub.title}>
      <HubForm onClose={onClose} />
    </Dialog>
  );
}

function HubForm({ onClose }: { readonly onClose: () => void }) {
  const { library, common } = useText();
  const { hub: text } = library;
  const { tellError } = useToasts();
  const create = useChange(routes.jobs.create);
  const [repo, setRepo] = useState("");
  const [revision, setRevision] = useState("");
  const [as, setAs] = useState<"model" | "adapter">("model");
  // An address that was copied is understood, too.
  const name = repo
    .trim()
    .replace(/^https:\/\/huggingface\.co\//, "")
    .replace(/\/$/, "");
  const isName = repository.test(name);
  const start = (): void => {
    const given: GivenJobRequest = {
      kind: "download",
      repo: name,
      as,
      ...(revision.trim() !== "" && { revision: revision.trim() }),
    };
    create.mutate({ body: { request: given } }, { onSuccess: onClose, onError: tellError });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isName) start();
      }}
    >
      <Stack>
        <TextInput
          label={text.repo}
          description={text.repoHint}
          placeholder="owner/name"
          error={name !== "" && !isName ? text.misspelt : undefined}
          value={repo}
          onChange={({ currentTarget: { value } }) => setRepo(value)}
          spellCheck={false}
          data-autofocus
        />
        <SegmentedControl
          aria-label={text.as}
          value={as}
          onChange={setAs}
          data={[
            { value: "model", label: text.asModel },
            { value: "adapter", label: text.asAdapter },
          ]}
        />
        <TextInput
          label={text.revision}
          description={text.revisionHint}
          value={revision}
          onChange={({ currentTarget: { value } }) => setRevision(value)}
          spellCheck={false}
        />
        <Text size="sm" c="var(--quiet)">
          {text.hint}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" disabled={!isName} loading={create.isPending}>
            {text.start}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
