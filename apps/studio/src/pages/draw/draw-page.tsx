/** @file The page "draw": the form beside the pictures that come of it. */

import type { Drawn } from "@atelier/server/api";
import { Button, FileButton, Stack } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { FileImage } from "lucide-react";
import { useState } from "react";
import { useText } from "../../messages/language.js";
import { DropVeil } from "../../parts/drop-veil.js";
import { PageTitle } from "../../parts/page-title.js";
import { usePageDrop } from "../../parts/use-page-drop.js";
import { CompareDialog } from "./compare-dialog.js";
import classes from "./draw.module.css";
import { DrawForm } from "./draw-form.js";
import { DrawingHistory } from "./drawing-history.js";
import { DrawingJobs } from "./drawing-jobs.js";
import { DrawingViewer } from "./drawing-viewer.js";
import { GridDialog } from "./grid-dialog.js";
import { ReadNotes } from "./read-notes.js";
import { SendDialog } from "./send-dialog.js";
import { useDrawForm } from "./use-draw-form.js";
import { useReadPicture } from "./use-read-picture.js";

/** Which dialog lies over the page; only one does. */
type Shown =
  | { readonly kind: "viewer"; readonly name: string; readonly among: readonly Drawn[] }
  | { readonly kind: "send"; readonly drawings: readonly Drawn[] }
  | { readonly kind: "compare"; readonly pair: readonly [Drawn, Drawn] }
  | { readonly kind: "grid"; readonly job: string };

/** The page. */
export function DrawPage() {
  const { shell, draw: text } = useText();
  const form = useDrawForm();
  const { picture, read, forget } = useReadPicture(form);
  const isOver = usePageDrop((files) => void read(files));
  const [shown, setShown] = useState<Shown>();
  useHotkeys([["mod+Enter", form.draw]], []);
  const close = (): void => setShown(undefined);
  const open = (name: string, among: readonly Drawn[]): void =>
    setShown({ kind: "viewer", name, among });
  const send = (drawings: readonly Drawn[]): void => setShown({ kind: "send", drawings });
  return (
    <>
      <PageTitle title={shell.places.draw} about={text.about}>
        <FileButton accept="image/png" onChange={(file) => file !== null && void read([file])}>
          {(props) => (
            <Button variant="default" leftSection={<FileImage size={16} aria-hidden />} {...props}>
              {text.read.button}
            </Button>
          )}
        </FileButton>
      </PageTitle>
      <div className={classes.columns}>
        <DrawForm form={form} />
        <Stack gap="lg" miw={0}>
          {picture !== undefined && <ReadNotes picture={picture} onClose={forget} />}
          <DrawingJobs onOpen={open} />
          <DrawingHistory
            form={form}
            onOpen={open}
            onSend={send}
            onCompare={(left, right) => setShown({ kind: "compare", pair: [left, right] })}
          />
        </Stack>
      </div>
      <DrawingViewer
        drawings={shown?.kind === "viewer" ? shown.among : []}
        opened={shown?.kind === "viewer" ? shown.name : undefined}
        onOpen={(name) =>
          setShown((before) =>
            name === undefined || before?.kind !== "viewer" ? undefined : { ...before, name },
          )
        }
        onRemoved={(name) =>
          setShown((before) => (before?.kind === "viewer" ? without(before, name) : before))
        }
        form={form}
        onSend={send}
        onShowGrid={(job) => setShown({ kind: "grid", job })}
      />
      <SendDialog drawings={shown?.kind === "send" ? shown.drawings : undefined} onClose={close} />
      <CompareDialog pair={shown?.kind === "compare" ? shown.pair : undefined} onClose={close} />
      <GridDialog
        job={shown?.kind === "grid" ? shown.job : undefined}
        onOpen={open}
        onClose={close}
      />
      <DropVeil isShown={isOver} label={text.read.drop} />
    </>
  );
}

/** Its neighbour takes the place of a picture that is deleted. */
function without(viewer: Shown & { kind: "viewer" }, name: string): Shown | undefined {
  const index = viewer.among.findIndex((drawn) => drawn.name === name);
  const among = viewer.among.filter((drawn) => drawn.name !== name);
  const next = among[Math.min(index, among.length - 1)];
  return next && { kind: "viewer", name: next.name, among };
}
