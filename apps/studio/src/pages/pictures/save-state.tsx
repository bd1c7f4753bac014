/** @file Whether captions are saved. */

import { Button, Group, Text } from "@mantine/core";
import { Check } from "lucide-react";
import { useText } from "../../messages/language.js";
import { useErrorText } from "../../parts/use-error-text.js";
import type { Captions } from "./use-captions.js";

/** Says whether captions are saved, and what to do where they are not. */
export function SaveState({ captions: { state, error, flush } }: { readonly captions: Captions }) {
  const { pictures: text, common } = useText();
  const errorText = useErrorText();
  if (state === "failed") {
    return (
      <Group gap="xs" wrap="nowrap" role="alert">
        <Text size="sm" c="var(--attention)" maw={360}>
          {text.notSaved(errorText(error))}
        </Text>
        <Button size="compact-sm" variant="default" onClick={flush}>
          {common.retry}
        </Button>
      </Group>
    );
  }
  return (
    <Group gap={4} wrap="nowrap" role="status" c="var(--quiet)">
      {state === "saved" && <Check size={14} aria-hidden />}
      <Text size="sm">{state === "saved" ? text.captionsSaved : text.saving}</Text>
    </Group>
  );
}
