/** @file What an item is, its trigger words, and what its headers say is wrong with it. */

import type { Item } from "@atelier/server/api";
import { Anchor, Button, CopyButton, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Check, Copy } from "lucide-react";
import type { ReactNode } from "react";
import { useText } from "../../messages/language.js";
import { FactsTable } from "../../parts/facts-table.js";
import { Notice } from "../../parts/notice.js";
import { useWarningText } from "../../parts/use-warning-text.js";
import { ItemPicture } from "./item-picture.js";
import classes from "./library.module.css";

/** The facts. */
export function ItemFacts({ item }: { readonly item: Item }) {
  const { library, common } = useText();
  const { item: text, kinds } = library;
  const { name, kind, form, family, method, rank, base, run, bytes, changed } = item;
  const rows: readonly (readonly [string, ReactNode])[] = [
    [text.kind, kinds[kind]],
    [text.form, form],
    [text.family, family ?? library.unknownFamily],
    [text.method, method],
    [text.rank, rank],
    [text.base, base],
    [
      text.run,
      run && (
        <Anchor
          inherit
          renderRoot={(props) => <Link to="/runs/$run" params={{ run }} {...props} />}
        >
          {run}
        </Anchor>
      ),
    ],
    [text.size, common.bytes(bytes)],
    [text.changed, common.ago((Date.now() - Date.parse(changed)) / 1000)],
  ];
  return (
    <Paper withBorder p="lg" bg="var(--surface)" component="section">
      <Stack gap="md">
        {item.hasPicture && (
          <div className={classes.portrait}>
            <ItemPicture item={item} alt={text.picture(name)} />
          </div>
        )}
        <Title order={2} size="h4">
          {text.facts}
        </Title>
        <FactsTable rows={rows.filter(([, value]) => value !== undefined && value !== "")} />
        {kind !== "model" && <Triggers item={item} />}
        <Problems item={item} />
      </Stack>
    </Paper>
  );
}

function Triggers({ item: { triggers } }: { readonly item: Item }) {
  const { library } = useText();
  const { item: text } = library;
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {text.triggers}
      </Title>
      {triggers.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {text.noTriggers}
        </Text>
      ) : (
        <Group gap={4}>
          {triggers.map((word) => (
            <CopyButton key={word} value={word}>
              {({ copied, copy }) => (
                <Button
                  size="compact-sm"
                  radius="xl"
                  variant={copied ? "light" : "default"}
                  fw={400}
                  aria-label={text.copyTrigger(word)}
                  rightSection={
                    copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />
                  }
                  onClick={copy}
                >
                  {word}
                </Button>
              )}
            </CopyButton>
          ))}
        </Group>
      )}
    </Stack>
  );
}

function Problems({ item: { problems } }: { readonly item: Item }) {
  const { library } = useText();
  const { item: text } = library;
  const warningText = useWarningText();
  if (problems.length === 0) {
    return (
      <Text size="sm" c="var(--quiet)">
        {text.fine}
      </Text>
    );
  }
  return (
    <Notice title={text.problems} needsAttention>
      <List size="sm">
        {problems.map(({ message, code, params }) => (
          <List.Item key={message}>
            {warningText({ message, params, code: typeof code === "string" ? code : "" })}
          </List.Item>
        ))}
      </List>
    </Notice>
  );
}
