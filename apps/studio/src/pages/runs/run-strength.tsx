/** @file How much of what was learned is best: measured by a job, told by numbers, saved to the library. */

import { type Job, type Run, routes } from "@atelier/server/api";
import { Anchor, Button, Group, Select, Slider, Stack, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { JobProgress } from "../../parts/job-progress.js";
import { errorPercent, sharePercent } from "../../parts/percent.js";
import { useToasts } from "../../parts/toasts.js";
import { useJobEvents } from "../../parts/use-job-events.js";
import { WideTable } from "../../parts/wide-table.js";
import classes from "./run.module.css";
import { StrengthDrawings } from "./strength-drawings.js";
import { type ReadStrength, type StrengthReading, strengthReading } from "./strength-reading.js";

const preferences = ["lowest", "likeness", "balance", "keep"] as const;

/** Asks for a measurement, and shows the latest. */
export function RunStrength({ run, job }: { readonly run: Run; readonly job: Job | undefined }) {
  const { runs } = useText();
  const { strength: text } = runs.run;
  const { tellError } = useToasts();
  const create = useChange(routes.jobs.create);
  const [prefer, setPrefer] = useState<(typeof preferences)[number]>("lowest");
  const isBusy = job?.state === "waiting" || job?.state === "running";
  const measure = () =>
    create.mutate(
      {
        body: {
          request: {
            ...{ kind: "strength", run: run.name, draws: 2 },
            ...(prefer !== "lowest" && { prefer }),
          },
        },
      },
      { onError: tellError },
    );
  return (
    <Stack gap="md">
      <Group gap="xs" align="flex-end">
        <Select
          label={text.prefer}
          allowDeselect={false}
          data={preferences.map((value) => ({ value, label: text.preferences[value] }))}
          value={prefer}
          onChange={(value) => setPrefer(preferences.find((each) => each === value) ?? "lowest")}
        />
        <Button variant="default" loading={create.isPending} disabled={isBusy} onClick={measure}>
          {job?.state === "done" ? text.again : text.measure}
        </Button>
      </Group>
      {job !== undefined && <Measured job={job} run={run.name} />}
    </Stack>
  );
}

function Measured({ job, run }: { readonly job: Job; readonly run: string }) {
  const { runs } = useText();
  const { strength: text } = runs.run;
  const reading = strengthReading(useJobEvents(job.id));
  const { chosen } = reading;
  const items = job.outcome?.items ?? [];
  return (
    <>
      {job.state !== "done" && <JobProgress job={job} />}
      {chosen !== undefined && (
        <Text fw={600} {...(!chosen.beatsBase && { c: "var(--attention)" })}>
          {choiceText(reading, text)}
        </Text>
      )}
      {reading.measured.length > 0 && <Strengths key={job.id} reading={reading} />}
      {items.length > 0 && (
        <Text>
          {text.saved}{" "}
          {items.map((name) => (
            <Anchor
              key={name}
              renderRoot={(props) => <Link to="/library/$name" params={{ name }} {...props} />}
            >
              {name}
            </Anchor>
          ))}
        </Text>
      )}
      {chosen?.beatsBase === true && chosen.strength === 1 && <Text>{text.own}</Text>}
      {job.state === "done" && reading.isDrawn && <StrengthDrawings run={run} version={job.id} />}
    </>
  );
}

type StrengthText = ReturnType<typeof useText>["runs"]["run"]["strength"];

function choiceText({ chosen, measured }: StrengthReading, text: StrengthText): string {
  if (chosen === undefined) return "";
  if (!chosen.beatsBase) return text.noBase;
  const best = measured.find(({ strength }) => strength === chosen.strength);
  const error = errorPercent(best?.learned.ofThese.value ?? 0);
  const say = { lowest: text.lowest, "as-good": text.asGood, preferred: text.preferred };
  return say[chosen.reason](chosen.strength, error);
}

/** A slider over what was measured, with the numbers of where it stands, and all numbers below. */
function Strengths({ reading: { measured, chosen, rows } }: { readonly reading: StrengthReading }) {
  const { runs } = useText();
  const { strength: text } = runs.run;
  const [picked, setPicked] = useState<number | undefined>();
  const at = picked ?? chosen?.strength ?? measured.at(-1)?.strength ?? 1;
  const shown = measured.find(({ strength }) => strength === at);
  const [least, most] = [measured[0]?.strength ?? 0, measured.at(-1)?.strength ?? 1];
  const bank = text.banks[rows?.bank ?? "held-out"];
  return (
    <>
      {most > least && (
        <div className={classes.slider}>
          <Slider
            thumbLabel={text.slider}
            restrictToMarks
            label={(value) => text.at(value)}
            min={least}
            max={most}
            marks={measured.map(({ strength }) => ({ value: strength, label: String(strength) }))}
            value={at}
            onChange={setPicked}
          />
        </div>
      )}
      {shown !== undefined && (
        <Text aria-live="polite">
          {[
            ...[text.at(shown.strength), `${text.error(bank)} ${errorOf(shown)}`],
            ...otherOf(shown).map((share) => `${text.other} ${text.worse(share)}`),
          ].join(" · ")}
        </Text>
      )}
      <WideTable label={text.title} minWidth={420}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text.slider}</Table.Th>
              <Table.Th ta="right">{text.error(bank)}</Table.Th>
              <Table.Th ta="right">{text.training}</Table.Th>
              <Table.Th ta="right">{text.other}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {measured.map((each) => (
              <Table.Tr key={each.strength} fw={each.strength === at ? 600 : 400}>
                <Table.Td>
                  {each.strength}
                  {each.strength === chosen?.strength && ` · ${text.best}`}
                  {each.strength === 1 && ` · ${text.trained}`}
                </Table.Td>
                <Table.Td ta="right">{errorOf(each)}</Table.Td>
                <Table.Td ta="right">{errorPercent(each.train.ofThese.value)}</Table.Td>
                <Table.Td ta="right">{otherOf(each)[0] ?? "–"}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
    </>
  );
}

const errorOf = ({ learned }: ReadStrength): string => errorPercent(learned.ofThese.value);
const otherOf = ({ generic }: ReadStrength): string[] =>
  generic === undefined ? [] : [sharePercent(generic.value)];
