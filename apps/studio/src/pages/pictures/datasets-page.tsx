/** @file All data sets, and ways to make one. */

import { callRoute, type Dataset, routes } from "@atelier/server/api";
import { Button, Group, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { Images, Plus } from "lucide-react";
import { ownServer, useChange, useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { EmptyState } from "../../parts/empty-state.js";
import { PageTitle } from "../../parts/page-title.js";
import { useToasts } from "../../parts/toasts.js";
import { AddButtons } from "./add-buttons.js";
import { DatasetCard } from "./dataset-card.js";
import classes from "./datasets.module.css";
import { DropArea } from "./drop-area.js";
import { setsOf } from "./given-files.js";
import { NewSet } from "./new-set.js";
import type { Dropped } from "./read-drop.js";
import { useUploads } from "./use-uploads.js";

/** The page of all data sets. */
export function DatasetsPage() {
  const { pictures: text, shell } = useText();
  const query = useRoute(routes.datasets.list, {});
  const [isNaming, naming] = useDisclosure();
  const taken = query.data?.map(({ name }) => name) ?? [];
  const receive = useNewSets(taken);
  const newSet = (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={naming.open}>
      {text.newSet}
    </Button>
  );
  return (
    <>
      <DropArea hint={text.dropNewSet} onDrop={receive} />
      <PageTitle title={shell.places.pictures} about={text.about}>
        <AddButtons onChoose={receive} />
        {newSet}
      </PageTitle>
      <Answered query={query} skeleton={<CardSkeletons />}>
        {(datasets) =>
          datasets.length > 0 ? (
            <Cards datasets={datasets} />
          ) : (
            <EmptyState icon={Images} title={text.noSets} body={text.noSetsHint}>
              <Group gap="xs" justify="center">
                <AddButtons onChoose={receive} variant="filled" />
              </Group>
            </EmptyState>
          )
        }
      </Answered>
      <NewSet isOpen={isNaming} onClose={naming.close} taken={taken} />
    </>
  );
}

function Cards({ datasets }: { readonly datasets: readonly Dataset[] }) {
  const { pictures: text, common } = useText();
  const { tell, tellError } = useToasts();
  const remove = useChange(routes.datasets.remove);
  const restore = useChange(routes.datasets.restore);
  const dispose = async (name: string): Promise<void> => {
    try {
      const { trash } = await remove.mutateAsync({ params: { dataset: name } });
      const run = () => restore.mutate({ params: { trash } }, { onError: tellError });
      tell({ message: text.setDeleted(name), action: { label: common.undo, run } });
    } catch (error) {
      tellError(error);
    }
  };
  return (
    <div className={classes.cards}>
      {datasets.map((dataset) => (
        <DatasetCard
          key={dataset.name}
          dataset={dataset}
          onDelete={() => void dispose(dataset.name)}
        />
      ))}
    </div>
  );
}

/** Makes sets of files, and opens the set where it is one. */
function useNewSets(taken: readonly string[]): (dropped: Dropped) => void {
  const { pictures: text } = useText();
  const { tell, tellError } = useToasts();
  const uploads = useUploads();
  const navigate = useNavigate();
  return ({ files, unread }) => {
    const sets = setsOf(files, { looseName: text.looseName, taken });
    const [first, ...others] = sets;
    if (first === undefined) return tell({ message: text.nothingDropped, isProblem: true });
    const make = async (): Promise<void> => {
      for (const { name, files: own } of sets) {
        await callRoute(ownServer, routes.datasets.create, { body: { name } });
        uploads.send(name, { files: own, unread: name === first.name ? unread : [] });
      }
      if (others.length > 0) return;
      await navigate({ to: "/pictures/$dataset", params: { dataset: first.name } });
    };
    make().catch(tellError);
  };
}

function CardSkeletons() {
  return (
    <div className={classes.cards} aria-hidden>
      {[0, 1, 2, 3].map((index) => (
        <Skeleton key={index} height={220} />
      ))}
    </div>
  );
}
