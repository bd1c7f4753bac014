/** @file A part of the page with its heading. */

import { Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

/** A part of the page. */
export function Section({
  title,
  about,
  side,
  children,
}: {
  readonly title: string;
  readonly about?: string | undefined;
  /** Beside the heading. */
  readonly side?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} withBorder p="lg" bg="var(--surface)">
      <Stack gap="md">
        <Stack gap={4}>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {about !== undefined && (
            <Text size="sm" c="var(--quiet)">
              {about}
            </Text>
          )}
          {side}
        </Stack>
        {children}
      </Stack>
    </Paper>
  );
}
