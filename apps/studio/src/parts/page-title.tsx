/** @file The head of a page: its name, a sentence, and what can be done on it. */

import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

/** A page's head; it names the browser's tab as well. */
export function PageTitle({
  title,
  about,
  children,
}: {
  readonly title: string;
  readonly about?: string | undefined;
  /** Buttons. */
  readonly children?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} – Atelier Studio`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-end" mb="lg" gap="md">
      <Stack gap={4}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {about !== undefined && (
          <Text c="var(--quiet)" maw={640}>
            {about}
          </Text>
        )}
      </Stack>
      {children !== undefined && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
