/** @file Where there is nothing yet: what could be here, and what to do next. */

import { Paper, Stack, Text, Title } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** Says what to do next. */
export function EmptyState({
  icon: Icon,
  title,
  body,
  children,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly body: string;
  /** Buttons. */
  readonly children?: ReactNode;
}) {
  return (
    <Paper withBorder p="xl" bg="var(--surface)">
      <Stack align="center" gap="sm" py="lg">
        <Icon size={32} strokeWidth={1.5} color="var(--quiet)" aria-hidden />
        <Title order={2} size="h4" ta="center">
          {title}
        </Title>
        <Text c="var(--quiet)" ta="center" maw={480}>
          {body}
        </Text>
        {children}
      </Stack>
    </Paper>
  );
}
