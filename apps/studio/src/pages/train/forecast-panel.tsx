/** @file What the training is going to take, what speaks against it, and the button that starts it. */

import type { Forecast } from "@atelier/server/api";
import { routes } from "@atelier/server/api";
import { Progress, Skeleton, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useErrorText } from "../../parts/use-error-text.js";
import { useDesk } from "./desk.js";
import { problemText } from "./form-problems.js";
import { Notice, Notices } from "./notices.js";
import { Remedies } from "./remedies.js";
import { Section } from "./section.js";
import classes from "./settings.module.css";
import { StartButton } from "./start-button.js";

/** Before the start. */
export function ForecastPanel() {
  const { forecast, facts, problems } = useDesk();
  const { forecast: text } = useText().train;
  const isOpen = facts.datasets.length === 0;
  // Of settings that are refused nothing can be told.
  const isTold = !isOpen && problems.settings.size === 0;
  return (
    <Section title={text.title} about={isOpen ? text.open : undefined}>
      {isTold && forecast.data !== undefined && <Facts forecast={forecast.data} />}
      {!isOpen && forecast.isLoading && <Skeleton height={96} aria-hidden />}
      <Refusal />
      <Mistakes />
      <StartButton />
    </Section>
  );
}

function Facts({ forecast }: { readonly forecast: Forecast }) {
  const { form, isForecastOld } = useDesk();
  const { train, common } = useText();
  const { forecast: text } = train;
  const available = useAvailableBytes();
  const { memoryBytes, fits, seconds, steps, picturesPerStep, width, height, warnings } = forecast;
  const share = available === undefined ? undefined : memoryBytes / available;
  return (
    <Stack gap="md" aria-busy={isForecastOld}>
      <dl className={classes.facts}>
        <Fact name={text.memory}>
          {text.needs(
            common.bytes(memoryBytes),
            available === undefined ? undefined : common.bytes(available),
          )}
        </Fact>
        <Fact name={text.time}>
          {form.isSearch
            ? text.minutes(form.minutes)
            : seconds === undefined
              ? text.timeOpen
              : text.about(seconds)}
        </Fact>
        {!form.isSearch && <Fact name={text.steps}>{text.stepsOf(steps, picturesPerStep)}</Fact>}
        <Fact name={text.size}>{text.sizeOf(width, height)}</Fact>
      </dl>
      {share !== undefined && (
        <Progress
          value={Math.min(100, 100 * share)}
          color={fits ? "teal" : "orange"}
          animated={isForecastOld}
          aria-label={text.memory}
          size="sm"
        />
      )}
      {!fits && (
        <Stack gap="xs">
          <Notice message={text.fitsNot} />
          {available !== undefined && <Remedies forecast={forecast} availableBytes={available} />}
        </Stack>
      )}
      <Notices warnings={warnings} />
    </Stack>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <Text component="dt" size="sm" c="var(--quiet)">
        {name}
      </Text>
      <Text component="dd" size="sm" fw={550}>
        {children}
      </Text>
    </>
  );
}

/** The most that a machine has which would take the training. */
function useAvailableBytes(): number | undefined {
  const status = useRoute(routes.session.status, {});
  const workers = useRoute(routes.jobs.workers, {});
  const taking = (workers.data ?? []).filter(
    ({ isAlive, lanes }) => isAlive && lanes.includes("heavy"),
  );
  if (taking.length > 0) return Math.max(...taking.map(({ memoryBytes }) => memoryBytes));
  return status.data?.memory.totalBytes;
}

/** Why the server would not train it. */
function Refusal() {
  const { forecast } = useDesk();
  const { forecast: text } = useText().train;
  const errorText = useErrorText();
  if (!forecast.isError) return null;
  return (
    <Stack gap={4} role="alert">
      <Text size="sm" fw={600} c="var(--attention)">
        {text.failed}
      </Text>
      <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
        {errorText(forecast.error)}
      </Text>
    </Stack>
  );
}

/** What is missing, and settings that are refused, wherever on the page they are. */
function Mistakes() {
  const { problems, facts } = useDesk();
  const { train, errors } = useText();
  const { forecast: text, missing } = train;
  // An untouched page is no mistake.
  const isUntouched = facts.datasets.length === 0;
  const sentences = [
    ...problems.missing.map((what) => missing[what]),
    ...[...problems.settings].map(([path, what]) =>
      text.settingWrong(path, problemText(what, errors)),
    ),
  ];
  if (isUntouched || sentences.length === 0) return null;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {text.fix}
      </Text>
      {sentences.map((sentence) => (
        <Notice key={sentence} message={sentence} />
      ))}
    </Stack>
  );
}
