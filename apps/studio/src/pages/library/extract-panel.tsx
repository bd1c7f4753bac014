/** @file Has an adapter made of what distinguishes a model from the one that it was tuned from. */

import { type Item, routes } from "@atelier/server/api";
import { Autocomplete, Button, Group, NumberInput, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { NameField } from "./name-field.js";
import { freeName, nameProblem } from "./result-name.js";

const usualRank = 16;

/** The panel. */
export function ExtractPanel({
  item,
  items,
}: {
  readonly item: Item;
  readonly items: readonly Item[];
}) {
  const { library } = useText();
  const { extract: text, merge } = library;
  const { tellError } = useToasts();
  const create = useChange(routes.jobs.create);
  const taken = items.map(({ name }) => name);
  const models = items.filter(({ kind, name }) => kind === "model" && name !== item.name);
  const [base, setBase] = useState("embedded");
  const [rank, setRank] = useState(usualRank);
  const [given, setInto] = useState<string>();
  const into = given ?? freeName(item.name, "lora", taken);
  const isWhole = nameProblem(into, taken) === undefined && base.trim() !== "";
  const start = (): void =>
    create.mutate(
      { body: { request: { kind: "extract", tuned: item.name, base: base.trim(), rank, into } } },
      { onError: tellError, onSuccess: () => setInto(undefined) },
    );
  return (
    <Paper withBorder p="lg" bg="var(--surface)" component="section">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <Stack gap="sm">
          <Title order={2} size="h4">
            {text.title}
          </Title>
          <Text size="sm" c="var(--quiet)">
            {text.about}
          </Text>
          <Autocomplete
            label={text.base}
            description={merge.baseHint}
            data={["embedded", ...models.map(({ name }) => name)]}
            value={base}
            onChange={setBase}
          />
          <NumberInput
            label={text.rank}
            description={text.rankHint}
            value={rank}
            onChange={(value) => typeof value === "number" && setRank(value)}
            min={1}
            max={1_024}
            allowDecimal={false}
          />
          <NameField label={text.into} value={into} onChange={setInto} taken={taken} />
          <Group justify="flex-end">
            <Button type="submit" variant="default" loading={create.isPending} disabled={!isWhole}>
              {text.start}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
