/** @file What a run made, as the library has it. */

import { addressOf, type Item, routes } from "@atelier/server/api";
import { Anchor, Button, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Brush, Download } from "lucide-react";
import { useText } from "../../messages/language.js";
import classes from "./run.module.css";

/** Adapters, words and models with what to do with them. */
export function RunResults({ items }: { readonly items: readonly Item[] }) {
  const { common, runs } = useText();
  const { results: text } = runs.run;
  if (items.length === 0) return <Text c="var(--quiet)">{text.none}</Text>;
  return (
    <ul className={classes.results}>
      {items.map(({ name, kind, bytes, form }) => (
        <li key={name}>
          <div>
            <Anchor
              fw={600}
              renderRoot={(props) => <Link to="/library/$name" params={{ name }} {...props} />}
            >
              {name}
            </Anchor>
            <Text size="sm" c="var(--quiet)">
              {[text.kinds[kind] ?? kind, form, common.bytes(bytes), text.inLibrary].join(" · ")}
            </Text>
          </div>
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<Brush size={14} aria-hidden />}
              renderRoot={(props) => <Link to="/draw" search={{ item: name }} {...props} />}
            >
              {text.draw}
            </Button>
            <Button
              size="xs"
              variant="default"
              component="a"
              href={addressOf(routes.library.file, { name })}
              download
              leftSection={<Download size={14} aria-hidden />}
            >
              {text.download}
            </Button>
          </Group>
        </li>
      ))}
    </ul>
  );
}
