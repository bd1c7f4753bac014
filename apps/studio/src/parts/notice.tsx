/** @file A quiet box that tells something; an orange edge where it needs attention. */

import { CloseButton, Group, Paper, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useText } from "../messages/language.js";
import classes from "./notice.module.css";

/** Tells something. */
export function Notice({
  title,
  needsAttention = false,
  onClose,
  children,
}: {
  readonly title: string;
  readonly needsAttention?: boolean;
  /** Where it can be closed. */
  readonly onClose?: () => void;
  readonly children?: ReactNode;
}) {
  const { common } = useText();
  return (
    <Paper
      withBorder
      p="sm"
      bg="var(--surface)"
      className={needsAttention ? classes.attention : ""}
      role={onClose === undefined ? undefined : "status"}
    >
      <Stack gap={4}>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Text size="sm" fw={600} {...(needsAttention && { c: "var(--attention)" })}>
            {title}
          </Text>
          {onClose !== undefined && (
            <CloseButton size="sm" aria-label={common.close} onClick={onClose} />
          )}
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}
