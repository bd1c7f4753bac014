/** @file Warnings of the library in the language of the page. */

import { Group, Stack, Text } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { type ToldWarning, useWarningText } from "../../parts/use-warning-text.js";

/** Warnings, one a line. */
export function Notices({ warnings }: { readonly warnings: readonly ToldWarning[] }) {
  const warningText = useWarningText();
  if (warnings.length === 0) return null;
  return (
    <Stack gap="xs">
      {warnings.map((told) => (
        <Notice key={JSON.stringify(told)} message={warningText(told)} />
      ))}
    </Stack>
  );
}

/** Something that needs attention. */
export function Notice({ message }: { readonly message: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <TriangleAlert
        size={16}
        color="var(--attention)"
        style={{ flexShrink: 0, marginTop: 2 }}
        aria-hidden
      />
      <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
        {message}
      </Text>
    </Group>
  );
}
