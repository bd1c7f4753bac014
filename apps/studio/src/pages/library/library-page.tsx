/** @file The page "library": models, adapters and words, with what brings more of them. */

import { type Item, routes } from "@atelier/server/api";
import { Button, FileButton, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { LibraryBig, Merge, Search, Upload } from "lucide-react";
import { useState } from "react";
import { z } from "zod";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { DropVeil } from "../../parts/drop-veil.js";
import { EmptyState } from "../../parts/empty-state.js";
import { PageTitle } from "../../parts/page-title.js";
import { useKeptState } from "../../parts/use-kept-state.js";
import { usePageDrop } from "../../parts/use-page-drop.js";
import { findItems } from "./find-items.js";
import { HubDialog } from "./hub-dialog.js";
import { ItemCards, ItemTable } from "./item-list.js";
import classes from "./library.module.css";
import { LibraryJobs } from "./library-jobs.js";
import { MergeDialog } from "./merge-dialog.js";
import { TrashSection } from "./trash-section.js";
import { UploadList } from "./upload-list.js";
import { useItemUploads } from "./use-item-uploads.js";

/** The page. */
export function LibraryPage() {
  const { shell, library: text } = useText();
  const uploads = useItemUploads();
  const isOver = usePageDrop(uploads.send);
  const query = useRoute(routes.library.list, {});
  const [dialog, setDialog] = useState<"hub" | "merge">();
  const items = query.data ?? [];
  const canMerge = items.some(({ kind }) => kind === "adapter");
  const close = (): void => setDialog(undefined);
  const addButton = <AddButton onFiles={uploads.send} />;
  return (
    <>
      <PageTitle title={shell.places.library} about={text.about}>
        {canMerge && (
          <Button
            variant="default"
            leftSection={<Merge size={16} aria-hidden />}
            onClick={() => setDialog("merge")}
          >
            {text.merge.button}
          </Button>
        )}
        <Button variant="default" onClick={() => setDialog("hub")}>
          {text.hub.button}
        </Button>
        {addButton}
      </PageTitle>
      <Stack gap="md">
        <UploadList uploads={uploads.all} onRetry={uploads.retry} onStop={uploads.stop} />
        <LibraryJobs label={text.hub.running} />
        <Answered query={query}>
          {(all) =>
            all.length === 0 ? (
              <EmptyState icon={LibraryBig} title={text.empty} body={text.emptyBody} />
            ) : (
              <Items all={all} />
            )
          }
        </Answered>
        <TrashSection />
      </Stack>
      <HubDialog isOpen={dialog === "hub"} onClose={close} />
      <MergeDialog isOpen={dialog === "merge"} items={items} onClose={close} />
      <DropVeil isShown={isOver} label={text.add.drop} />
    </>
  );
}

function AddButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const { library: text } = useText();
  return (
    <FileButton multiple accept=".safetensors" onChange={onFiles}>
      {(props) => (
        <Button leftSection={<Upload size={16} aria-hidden />} {...props}>
          {text.add.button}
        </Button>
      )}
    </FileButton>
  );
}

const kept = z.object({
  kind: z.enum(["all", "model", "adapter", "word"]),
  words: z.string(),
  view: z.enum(["cards", "table"]),
  order: z.object({
    by: z.enum(["name", "kind", "family", "size", "changed"]),
    isDown: z.boolean(),
  }),
});
const first: z.infer<typeof kept> = {
  kind: "all",
  words: "",
  view: "cards",
  order: { by: "changed", isDown: true },
};

function Items({ all }: { readonly all: readonly Item[] }) {
  const { library: text, common } = useText();
  const [search, setSearch] = useKeptState({ key: "atelier-library", schema: kept, first });
  const change = (changed: Partial<typeof first>): void =>
    setSearch((before) => ({ ...before, ...changed }));
  const found = findItems(all, search);
  return (
    <>
      <div className={classes.tools}>
        <TextInput
          aria-label={text.search}
          placeholder={text.search}
          leftSection={<Search size={16} aria-hidden />}
          value={search.words}
          onChange={({ currentTarget: { value } }) => change({ words: value })}
        />
        <SegmentedControl
          className={classes.kinds ?? ""}
          aria-label={text.filter}
          value={search.kind}
          onChange={(kind) => change({ kind })}
          data={(["all", "model", "adapter", "word"] as const).map((value) => ({
            value,
            label: text.filters[value],
          }))}
        />
        <SegmentedControl
          aria-label={text.view}
          value={search.view}
          onChange={(view) => change({ view })}
          data={(["cards", "table"] as const).map((value) => ({
            value,
            label: text.views[value],
          }))}
        />
      </div>
      <Text size="sm" c="var(--quiet)" role="status">
        {text.count(found.length, all.length)}
      </Text>
      {found.length === 0 ? (
        <EmptyState icon={Search} title={common.search} body={text.noneFound}>
          <Button variant="default" onClick={() => change({ words: "", kind: "all" })}>
            {text.all}
          </Button>
        </EmptyState>
      ) : search.view === "cards" ? (
        <ItemCards items={found} />
      ) : (
        <ItemTable items={found} order={search.order} onOrder={(order) => change({ order })} />
      )}
    </>
  );
}
