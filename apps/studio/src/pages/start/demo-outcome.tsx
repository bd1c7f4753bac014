/** @file How a demo ended: each aim in a sentence, and where to go from here. */

import { addressOf, type Job, routes } from "@atelier/server/api";
import { Button, Group, List, Stack, Text, ThemeIcon } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Brush, ChartSpline, Check, FileText, X } from "lucide-react";
import type { Messages } from "../../messages/catalogue.js";
import { useText } from "../../messages/language.js";
import type { DemoEnd } from "./read-demo.js";

/** A prompt that the demo itself did not draw. */
const nextPrompt = "a sks robot in a desert";

/** The end of a demo. */
export function DemoOutcome({ job, end }: { readonly job: Job; readonly end: DemoEnd }) {
  const { start, common } = useText();
  const { demo: text } = start;
  const { findings = [], worked, seconds } = end;
  const missed = findings.filter(({ holds }) => !holds).length;
  return (
    <Stack gap="sm">
      <Text fw={600} role="status">
        {worked === true && `${text.worked} `}
        {missed > 0 && `${text.missed(missed, findings.length)} `}
        {text.took(common.duration(seconds))}
      </Text>
      <List spacing={4} size="sm" center={false}>
        {findings.map((finding) => (
          <List.Item
            key={finding.claim}
            icon={
              <ThemeIcon
                size={18}
                radius="xl"
                variant="light"
                color={finding.holds ? "teal" : "orange"}
              >
                {finding.holds ? <Check size={12} aria-hidden /> : <X size={12} aria-hidden />}
              </ThemeIcon>
            }
          >
            {sentenceOf(finding, end, text)}
          </List.Item>
        ))}
      </List>
      <Ways job={job} />
    </Stack>
  );
}

function Ways({ job: { run, outcome } }: { readonly job: Job }) {
  const { start } = useText();
  const { demo: text } = start;
  const adapter = outcome?.items[0];
  return (
    <Group gap="xs">
      {adapter !== undefined && (
        <Button
          leftSection={<Brush size={16} aria-hidden />}
          renderRoot={(props) => (
            <Link to="/draw" search={{ item: adapter, prompt: nextPrompt }} {...props} />
          )}
        >
          {text.toDraw}
        </Button>
      )}
      {run !== undefined && (
        <>
          <Button
            variant="default"
            leftSection={<ChartSpline size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/runs/$run" params={{ run }} {...props} />}
          >
            {text.toRun}
          </Button>
          <Button
            variant="default"
            component="a"
            href={addressOf(routes.runs.report, { run })}
            target="_blank"
            rel="noreferrer"
            leftSection={<FileText size={16} aria-hidden />}
          >
            {text.report}
          </Button>
        </>
      )}
    </Group>
  );
}

function sentenceOf(
  finding: NonNullable<DemoEnd["findings"]>[number],
  { measures }: DemoEnd,
  { findings: say }: Messages["start"]["demo"],
): string {
  if (finding.claim !== "subject") return say[finding.claim](finding);
  const recognised = measures?.recognised ?? [];
  const total = (key: "count" | "of"): number =>
    recognised.reduce((sum, prompt) => sum + prompt[key], 0);
  return say.subject({ ...finding, count: total("count"), of: total("of") });
}
