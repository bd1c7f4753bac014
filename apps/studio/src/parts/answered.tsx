/** @file Shows what a query answers, a skeleton until it does, or why it does not. */

import { Button, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useText } from "../messages/language.js";
import { Notice } from "./notice.js";
import { useErrorText } from "./use-error-text.js";

/** The answer of a query, once it is there. */
export function Answered<T>({
  query,
  children,
  skeleton = <Skeletons />,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (answer: T) => ReactNode;
  readonly skeleton?: ReactNode;
}) {
  const { common: text } = useText();
  const errorText = useErrorText();
  if (query.data !== undefined) return children(query.data);
  if (!query.isError) return skeleton;
  return (
    <Notice title={text.failed} needsAttention>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{errorText(query.error)}</Text>
        <Button size="xs" variant="default" onClick={() => void query.refetch()}>
          {text.retry}
        </Button>
      </Stack>
    </Notice>
  );
}

function Skeletons() {
  return (
    <Stack gap="sm" aria-hidden>
      <Skeleton height={32} width="40%" />
      <Skeleton height={120} />
      <Skeleton height={120} />
    </Stack>
  );
}
