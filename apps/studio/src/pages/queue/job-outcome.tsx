/** @file What came of a job: its run, what is in the library, and what was drawn. */

import { addressOf, type Job, routes } from "@atelier/server/api";
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ChartSpline } from "lucide-react";
import { useText } from "../../messages/language.js";
import { Picture } from "../../parts/picture.js";
import classes from "./queue.module.css";
import { useRunOf } from "./use-run-of.js";

/** Links to all of it. */
export function JobOutcome({ job }: { readonly job: Job }) {
  const { outcome, request } = job;
  const { queue } = useText();
  const { job: text } = queue;
  const { items = [], drawings = [] } = outcome ?? {};
  const run = useRunOf(job);
  const dataset = request.kind === "check" ? request.dataset : undefined;
  const isNone = run === undefined && dataset === undefined && items.length + drawings.length === 0;
  if (isNone) return <Text c="var(--quiet)">{text.noResult}</Text>;
  return (
    <Stack gap="md">
      {run !== undefined && (
        <Group>
          <Button
            variant="default"
            leftSection={<ChartSpline size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/runs/$run" params={{ run }} {...props} />}
          >
            {text.openRun}
          </Button>
        </Group>
      )}
      {dataset !== undefined && (
        <Anchor
          renderRoot={(props) => <Link to="/pictures/$dataset" params={{ dataset }} {...props} />}
        >
          {dataset}
        </Anchor>
      )}
      {items.length > 0 && (
        <div>
          <Text size="sm" c="var(--quiet)">
            {text.inLibrary}
          </Text>
          {items.map((name) => (
            <Anchor
              key={name}
              display="block"
              renderRoot={(props) => <Link to="/library/$name" params={{ name }} {...props} />}
            >
              {name}
            </Anchor>
          ))}
        </div>
      )}
      {drawings.length > 0 && (
        <ul className={classes.drawings} aria-label={text.drawings}>
          {drawings.map((name) => {
            const address = addressOf(routes.library.drawing, { drawing: name });
            return (
              <li key={name}>
                <a href={address} target="_blank" rel="noreferrer">
                  <Picture src={address} alt={name} />
                </a>
              </li>
            );
          })}
        </ul>
      )}
    </Stack>
  );
}
