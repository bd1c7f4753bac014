/** @file An inspection of the whole file: a job, and what it answers. */

import { type Item, routes } from "@atelier/server/api";
import { Button, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useChange, useRoute } from "../../app/use-route.js";
import type { Messages } from "../../messages/catalogue.js";
import { useText } from "../../messages/language.js";
import { FactsTable } from "../../parts/facts-table.js";
import { JobProgress } from "../../parts/job-progress.js";
import { Notice } from "../../parts/notice.js";
import { useToasts } from "../../parts/toasts.js";
import { useWarningText } from "../../parts/use-warning-text.js";
import { readInspection, type ToldInspection } from "./read-inspection.js";

/** The panel; it shows the newest inspection that is younger than the file. */
export function InspectionPanel({ item }: { readonly item: Item }) {
  const { library } = useText();
  const { inspect: text } = library;
  const { tellError } = useToasts();
  const { data } = useRoute(routes.jobs.list, { query: { kind: "inspect", limit: 100 } });
  const create = useChange(routes.jobs.create);
  const job = data?.jobs.find(
    ({ request, created, state }) =>
      request.kind === "inspect" &&
      request.name === item.name &&
      state !== "cancelled" &&
      created > item.changed,
  );
  const isOpen = job?.state === "waiting" || job?.state === "running";
  const result = job?.state === "done" ? readInspection(job.outcome?.result) : undefined;
  const start = (): void =>
    create.mutate(
      { body: { request: { kind: "inspect", name: item.name } } },
      { onError: tellError },
    );
  return (
    <Paper withBorder p="lg" bg="var(--surface)" component="section">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h4">
            {text.title}
          </Title>
          {!isOpen && (
            <Button variant="default" size="xs" loading={create.isPending} onClick={start}>
              {job === undefined ? text.start : text.again}
            </Button>
          )}
        </Group>
        <Text size="sm" c="var(--quiet)">
          {text.about}
        </Text>
        {job !== undefined && job.state !== "done" && <JobProgress job={job} />}
        {result !== undefined && <Inspection told={result} />}
      </Stack>
    </Paper>
  );
}

function Inspection({ told }: { readonly told: ToldInspection }) {
  const { library } = useText();
  const { inspect: text } = library;
  const warningText = useWarningText();
  const { problems, notes } = told;
  return (
    <Stack gap="sm">
      {problems.length === 0 ? (
        <Text size="sm" fw={500}>
          {text.healthy}
        </Text>
      ) : (
        <Notice title={library.item.problems} needsAttention>
          <List size="sm">
            {problems.map((problem) => (
              <List.Item key={problem.message}>
                {problem.severity === "error" && <strong>{`${text.error}: `}</strong>}
                {warningText(problem)}
              </List.Item>
            ))}
          </List>
        </Notice>
      )}
      <FactsTable rows={rowsOf(told, text)} />
      {notes.length > 0 && (
        <>
          <Title order={3} size="h5">
            {text.notes}
          </Title>
          <List size="sm">
            {notes.map((note) => (
              <List.Item key={note.message}>{warningText(note)}</List.Item>
            ))}
          </List>
        </>
      )}
    </Stack>
  );
}

function rowsOf(
  { predicts, adapter, embedding, dtypes, parameterCount, components }: ToldInspection,
  text: Messages["library"]["inspect"],
): readonly (readonly [string, string])[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    [text.tuning, adapter?.tuning.join(", ")],
    [text.ranks, adapter?.ranks.join(", ")],
    [text.alphas, adapter && (adapter.alphas.join(", ") || text.noAlphas)],
    [text.modules, adapter && text.modulesText(adapter.moduleCount, adapter.changesTextEncoder)],
    [text.vectors, embedding && text.vectorsText(embedding.vectors, embedding.width)],
    [text.predicts, predicts?.type],
    [text.dtype, dtypes?.join(", ")],
    [text.parameters, parameterCount?.toLocaleString("en")],
    [
      text.components,
      components
        ?.map(({ name, parameterCount: own }) => `${name} (${own.toLocaleString("en")})`)
        .join(", "),
    ],
  ];
  return rows.flatMap(([label, value]) =>
    value === undefined || value === "" ? [] : [[label, value] as const],
  );
}
