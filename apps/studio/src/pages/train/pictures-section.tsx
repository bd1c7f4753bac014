/** @file Which pictures are trained: one or more data sets of the library. */

import { addressOf, type Dataset, routes } from "@atelier/server/api";
import { Button, Checkbox, Group, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ImagePlus, Plus } from "lucide-react";
import { useState } from "react";
import { useText } from "../../messages/language.js";
import { EmptyState } from "../../parts/empty-state.js";
import { Picture } from "../../parts/picture.js";
import classes from "./choices.module.css";
import { useDesk } from "./desk.js";
import { Section } from "./section.js";

/** So many are shown at first; a search finds the others. */
const shownAtFirst = 12;

/** The data sets to choose from. */
export function PicturesSection() {
  const { datasets, form, change } = useDesk();
  const { train, common } = useText();
  const text = train.pictures;
  const [search, setSearch] = useState("");
  const [isAll, setAll] = useState(false);
  if (datasets.length === 0) {
    return (
      <EmptyState icon={ImagePlus} title={text.none.title} body={text.none.body}>
        <Button renderRoot={(props) => <Link to="/pictures" {...props} />}>{text.none.make}</Button>
      </EmptyState>
    );
  }
  const found = foundDatasets(datasets, { search, chosen: form.datasets });
  const shown = isAll ? found : found.slice(0, Math.max(shownAtFirst, form.datasets.length));
  return (
    <Section title={text.title} about={text.about}>
      {datasets.length > shownAtFirst && (
        <TextInput
          aria-label={text.search}
          placeholder={text.search}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
          maw={320}
        />
      )}
      <Gone />
      <Checkbox.Group
        aria-label={text.title}
        value={[...form.datasets]}
        onChange={(names) => change({ datasets: names })}
      >
        <div className={classes.datasets}>
          {shown.map((dataset) => (
            <DatasetCard key={dataset.name} dataset={dataset} />
          ))}
        </div>
      </Checkbox.Group>
      <Group gap="xs">
        {shown.length < found.length && (
          <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
            {common.more}
          </Button>
        )}
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<Plus size={16} aria-hidden />}
          renderRoot={(props) => <Link to="/pictures" {...props} />}
        >
          {text.manage}
        </Button>
      </Group>
    </Section>
  );
}

/** What a search finds; chosen ones first, then the newest. */
function foundDatasets(
  datasets: readonly Dataset[],
  { search, chosen }: { readonly search: string; readonly chosen: readonly string[] },
): Dataset[] {
  const rank = ({ name }: Dataset): number => (chosen.includes(name) ? 0 : 1);
  return datasets
    .filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()))
    .sort((a, b) => rank(a) - rank(b) || b.changed.localeCompare(a.changed));
}

/** Chosen ones that are not there any more. */
function Gone() {
  const { datasets, form, change } = useDesk();
  const { pictures: text } = useText().train;
  const gone = form.datasets.filter((name) => !datasets.some((set) => set.name === name));
  if (gone.length === 0) return null;
  const left = form.datasets.filter((name) => !gone.includes(name));
  return (
    <Group gap="xs">
      <Text size="sm" c="var(--attention)">
        {text.gone(gone.join(", "))}
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => change({ datasets: left })}>
        {text.forget}
      </Button>
    </Group>
  );
}

function DatasetCard({ dataset }: { readonly dataset: Dataset }) {
  const { train, common } = useText();
  const { name, cover, pictures, captioned, changed } = dataset;
  const label = train.pictures.captions(captioned, pictures);
  return (
    <Checkbox.Card
      value={name}
      className={classes.card ?? ""}
      aria-label={`${train.pictures.choose(name)}: ${common.pictures(pictures)}, ${label}`}
    >
      <div className={classes.covers}>
        {cover.map((picture) => (
          <Picture
            key={picture}
            alt=""
            src={addressOf(
              routes.datasets.thumbnail,
              { dataset: name, picture },
              { edge: 160, version: changed },
            )}
          />
        ))}
      </div>
      <Group gap="xs" wrap="nowrap" p="xs" align="flex-start">
        <Checkbox.Indicator size="sm" mt={2} />
        <div>
          <Text fw={600} lineClamp={1}>
            {name}
          </Text>
          <Text size="xs" c="var(--quiet)">
            {common.pictures(pictures)} · {label}
          </Text>
        </div>
      </Group>
    </Checkbox.Card>
  );
}
