/** @file The page of one model, adapter or word: what it is, what is wrong with it, and what can be made of it. */

import { type Item, type Job, ProblemError, routes } from "@atelier/server/api";
import { Anchor, Button, Stack } from "@mantine/core";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Brush, LibraryBig, Merge, Trash2 } from "lucide-react";
import { useState } from "react";
import { useChange, useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { EmptyState } from "../../parts/empty-state.js";
import { PageTitle } from "../../parts/page-title.js";
import { useToasts } from "../../parts/toasts.js";
import { useUndoToast } from "../../parts/use-undo-toast.js";
import { ExtractPanel } from "./extract-panel.js";
import { InspectionPanel } from "./inspection-panel.js";
import { ItemFacts } from "./item-facts.js";
import classes from "./library.module.css";
import { LibraryJobs } from "./library-jobs.js";
import { MergeDialog } from "./merge-dialog.js";
import { SavePanel } from "./save-panel.js";

/** The page. */
export function ItemPage() {
  const { library: text } = useText();
  const { name } = useParams({ from: "/library/$name" });
  const query = useRoute(routes.library.get, { params: { name } });
  const isGone = query.error instanceof ProblemError && query.error.status === 404;
  return (
    <>
      <Anchor size="sm" renderRoot={(props) => <Link to="/library" {...props} />}>
        {`‹ ${text.item.back}`}
      </Anchor>
      {isGone ? (
        <EmptyState icon={LibraryBig} title={text.item.goneTitle} body={text.item.goneBody} />
      ) : (
        <Answered query={query}>{(item) => <Whole item={item} />}</Answered>
      )}
    </>
  );
}

function Whole({ item }: { readonly item: Item }) {
  const { library: text } = useText();
  const items = useRoute(routes.library.list, {}).data ?? [];
  const taken = items.map(({ name }) => name);
  const { name, kind } = item;
  return (
    <>
      <PageTitle title={name}>
        <Actions item={item} items={items} />
      </PageTitle>
      <Stack gap="lg">
        <LibraryJobs label={text.save.results} isShown={(job) => isAbout(job, name)} />
        <div className={classes.page}>
          <Stack gap="lg">
            <ItemFacts item={item} />
            <InspectionPanel item={item} />
          </Stack>
          <Stack gap="lg">
            <SavePanel item={item} taken={taken} />
            {kind === "model" && <ExtractPanel item={item} items={items} />}
          </Stack>
        </div>
      </Stack>
    </>
  );
}

function Actions({ item, items }: { readonly item: Item; readonly items: readonly Item[] }) {
  const { library, common } = useText();
  const [isMerging, setMerging] = useState(false);
  const remove = useRemoval(item);
  const { name, kind } = item;
  return (
    <>
      <Button
        leftSection={<Brush size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/draw" search={{ item: name }} {...props} />}
      >
        {library.item.draw}
      </Button>
      {kind === "adapter" && (
        <Button
          variant="default"
          leftSection={<Merge size={16} aria-hidden />}
          onClick={() => setMerging(true)}
        >
          {library.merge.button}
        </Button>
      )}
      <Button variant="default" leftSection={<Trash2 size={16} aria-hidden />} onClick={remove}>
        {common.delete}
      </Button>
      <MergeDialog
        isOpen={isMerging}
        items={items}
        first={name}
        onClose={() => setMerging(false)}
      />
    </>
  );
}

/** Deletes an item with a way back, and leaves its page. */
function useRemoval({ name }: Item): () => void {
  const { library } = useText();
  const { tellError } = useToasts();
  const tellMoved = useUndoToast();
  const go = useNavigate();
  const removal = useChange(routes.library.remove);
  return () =>
    removal.mutate(
      { params: { name } },
      {
        onError: tellError,
        onSuccess: ({ trash }) => {
          tellMoved({ trash, message: library.item.deleted(name), queryKey: ["api", "items"] });
          void go({ to: "/library" });
        },
      },
    );
}

/** Whether a job makes something of an item. */
function isAbout({ request }: Job, name: string): boolean {
  switch (request.kind) {
    case "convert":
      return request.name === name;
    case "extract":
      return request.tuned === name;
    case "merge":
      return request.adapters.some((adapter) => adapter.name === name);
    default:
      return false;
  }
}
