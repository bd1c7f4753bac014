/** @file A data set among others: a few of its pictures, and what is in it. */

import { addressOf, type Dataset, routes } from "@atelier/server/api";
import { ActionIcon, Group, Text, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Images, Trash2 } from "lucide-react";
import { useText } from "../../messages/language.js";
import { Picture } from "../../parts/picture.js";
import classes from "./datasets.module.css";
import { UploadBar } from "./upload-status.js";

/** The card of a data set. */
export function DatasetCard({
  dataset,
  onDelete,
}: {
  readonly dataset: Dataset;
  readonly onDelete: () => void;
}) {
  const { pictures: text, common } = useText();
  const { name, pictures, captioned } = dataset;
  return (
    <article className={classes.card}>
      <Link to="/pictures/$dataset" params={{ dataset: name }} className={classes.link}>
        <Cover dataset={dataset} />
        <Text fw={600} truncate px="sm" pt="xs">
          {name}
        </Text>
      </Link>
      <UploadBar dataset={name} />
      <Group justify="space-between" wrap="nowrap" pl="sm" pr={4} pb={4} gap="xs">
        <Text size="sm" c="var(--quiet)">
          {text.counts(common.pictures(pictures), captioned)}
        </Text>
        <Tooltip label={common.delete}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={text.deleteSet(name)}
            onClick={onDelete}
          >
            <Trash2 size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
    </article>
  );
}

function Cover({ dataset: { name, cover, changed } }: { readonly dataset: Dataset }) {
  if (cover.length === 0) {
    return (
      <div className={`${classes.cover} ${classes.empty}`}>
        <Images size={32} strokeWidth={1.5} color="var(--quiet)" aria-hidden />
      </div>
    );
  }
  return (
    <div className={classes.cover} data-count={cover.length}>
      {cover.map((picture) => (
        <Picture
          key={picture}
          alt=""
          src={addressOf(
            routes.datasets.thumbnail,
            { dataset: name, picture },
            // The set's time changes with its pictures.
            { edge: 320, version: changed },
          )}
        />
      ))}
    </div>
  );
}
