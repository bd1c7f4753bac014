/** @file An item as a card, and as a row of the table. */

import type { Item } from "@atelier/server/api";
import { Badge, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { useText } from "../../messages/language.js";
import { useWarningText } from "../../parts/use-warning-text.js";
import { ItemPicture } from "./item-picture.js";
import classes from "./library.module.css";

/** A card. */
export function ItemCard({ item }: { readonly item: Item }) {
  const { library: text, common } = useText();
  const { name, kind, family, bytes, triggers } = item;
  return (
    <Link to="/library/$name" params={{ name }} className={classes.card}>
      <div className={classes.picture}>
        <div className={item.hasPicture ? classes.pictureOf : ""}>
          <ItemPicture item={item} />
        </div>
      </div>
      <Stack gap={4} className={classes.text}>
        <Text fw={500} size="sm" lineClamp={2} title={name}>
          {name}
        </Text>
        <Text size="xs" c="var(--quiet)" lineClamp={1}>
          {[text.kinds[kind], family, common.bytes(bytes)].filter(Boolean).join(" · ")}
        </Text>
        <Triggers words={triggers} />
        <Problem item={item} lines={2} />
      </Stack>
    </Link>
  );
}

/** A row. */
export function ItemRow({ item }: { readonly item: Item }) {
  const { library: text, common } = useText();
  const { name, kind, family, bytes, triggers } = item;
  return (
    <Link to="/library/$name" params={{ name }} className={classes.row}>
      <div className={classes.thumb}>
        <ItemPicture item={item} />
      </div>
      <div>
        <Text fw={500} size="sm" lineClamp={1} title={name}>
          {name}
        </Text>
        <Problem item={item} />
      </div>
      <Text size="sm" className={classes.wide}>
        {text.kinds[kind]}
      </Text>
      <Text size="sm" className={classes.wide} lineClamp={1}>
        {family ?? ""}
      </Text>
      <Text size="sm" ta="right">
        {common.bytes(bytes)}
      </Text>
      <div className={classes.wide}>
        <Triggers words={triggers} />
      </div>
    </Link>
  );
}

const mostShown = 3;

function Triggers({ words }: { readonly words: readonly string[] }) {
  if (words.length === 0) return null;
  return (
    <Group gap={4} wrap="nowrap" style={{ overflow: "hidden" }}>
      {words.slice(0, mostShown).map((word) => (
        <Badge key={word} variant="default" size="sm" tt="none" fw={400} title={word}>
          {word}
        </Badge>
      ))}
    </Group>
  );
}

function Problem({
  item: { problems },
  lines = 1,
}: {
  readonly item: Item;
  readonly lines?: number;
}) {
  const warningText = useWarningText();
  const [problem] = problems;
  if (problem === undefined) return null;
  const { message, code, params } = problem;
  const said = warningText({ message, params, code: typeof code === "string" ? code : "" });
  return (
    <Group gap={4} wrap="nowrap" align="flex-start" c="var(--attention)" title={said}>
      <TriangleAlert size={14} style={{ flex: "none" }} aria-hidden />
      <Text size="xs" lineClamp={lines}>
        {said}
      </Text>
    </Group>
  );
}
