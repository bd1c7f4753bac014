/** @file Data care: has the pictures looked at, and says what was found and what to do about it. */

import { Alert, Button, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { ScanSearch } from "lucide-react";
import { useMemo } from "react";
import { useText } from "../../messages/language.js";
import { useErrorText, useProblemText } from "../../parts/use-error-text.js";
import type { Desk } from "./desk.js";
import { Finding } from "./finding.js";
import { type CheckResult, findingSentence, groupFindings, readCheck } from "./findings.js";
import { ShapeFields } from "./shape-fields.js";
import { useCheck } from "./use-check.js";

/** The part of the panel about what is wrong with pictures. */
export function CheckPanel({ desk }: { readonly desk: Desk }) {
  const { pictures: text } = useText();
  const errorText = useErrorText();
  const { job, isRunning, error, start } = useCheck(desk);
  const result = useMemo(() => readCheck(job?.outcome?.result), [job?.outcome?.result]);
  const isOld = job !== undefined && job.created < desk.dataset.changed;
  const problemText = useProblemText();
  return (
    <Stack gap="md">
      {result === undefined && !isRunning && (
        <Text size="sm" c="var(--quiet)">
          {text.checkHint}
        </Text>
      )}
      <ShapeFields desk={desk} />
      <Button
        variant={result === undefined ? "filled" : "default"}
        leftSection={<ScanSearch size={16} aria-hidden />}
        loading={isRunning}
        disabled={desk.pictures.length === 0}
        onClick={start}
      >
        {result === undefined ? text.check : text.checkAgain}
      </Button>
      {isRunning && job?.progress && (
        <Progress
          value={(100 * job.progress.done) / Math.max(1, job.progress.total)}
          aria-label={text.checking}
        />
      )}
      {isRunning && result === undefined && <Skeleton height={120} aria-hidden />}
      {error !== null && error !== undefined && <Alert color="orange">{errorText(error)}</Alert>}
      {!isRunning && job?.problem && <Alert color="orange">{problemText(job.problem)}</Alert>}
      {result !== undefined && !isRunning && <Findings desk={desk} result={result} isOld={isOld} />}
    </Stack>
  );
}

function Findings({
  desk,
  result,
  isOld,
}: {
  readonly desk: Desk;
  readonly result: CheckResult;
  readonly isOld: boolean;
}) {
  const { pictures: text, warnings } = useText();
  const groups = useMemo(() => groupFindings(result, desk.pictures), [result, desk.pictures]);
  const { usable, unchecked, judge } = result;
  const asides = result.warnings.filter(({ code }) => code !== "prompt-fallback");
  return (
    <Stack gap="md">
      {isOld && (
        <Text size="sm" c="var(--attention)">
          {text.checkOld}
        </Text>
      )}
      <Text size="sm" aria-live="polite">
        {text.checked(result, groups.length)}
      </Text>
      {groups.map((group) => (
        <Finding key={group.code} desk={desk} group={group} />
      ))}
      <Text size="sm" c="var(--quiet)">
        {text.usable(usable)}
      </Text>
      {(unchecked.length > 0 || asides.length > 0) && (
        <Stack gap={4}>
          {unchecked.map(({ what, why }) => (
            <Text key={what} size="xs" c="var(--quiet)">
              {text.unchecked(what, why)}
            </Text>
          ))}
          {asides.map((told) => (
            <Text key={told.message} size="xs" c="var(--quiet)">
              {findingSentence(told, warnings, text.optionWords)}
            </Text>
          ))}
          {judge !== undefined && (
            <Text size="xs" c="var(--quiet)">
              {text.judged(judge)}
            </Text>
          )}
        </Stack>
      )}
    </Stack>
  );
}
