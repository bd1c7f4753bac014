/** @file One picture, large, with what it was drawn from and what can be done with it. */

import type { Drawn } from "@atelier/server/api";
import { ActionIcon, Button, Group, Stack, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import {
  ChevronLeft,
  ChevronRight,
  Dices,
  Download,
  FolderInput,
  Grid3x3,
  SlidersHorizontal,
  Trash2,
} from "lucide-react";
import { useText } from "../../messages/language.js";
import { Dialog } from "../../parts/dialog.js";
import { FactsTable } from "../../parts/facts-table.js";
import { useToasts } from "../../parts/toasts.js";
import classes from "./draw.module.css";
import { withRead } from "./draw-settings.js";
import { drawingAddress } from "./drawing-address.js";
import { factsOf } from "./drawing-facts.js";
import type { DrawForm } from "./use-draw-form.js";
import { useDrawingActions } from "./use-drawing-actions.js";
import { WholePicture } from "./whole-picture.js";

/** What the viewer works with. */
export interface ViewerProps {
  /** The pictures that the arrow keys go through. */
  readonly drawings: readonly Drawn[];
  /** Name of the one that is shown; none closes it. */
  readonly opened: string | undefined;
  readonly onOpen: (name: string | undefined) => void;
  readonly onRemoved: (name: string) => void;
  readonly form: DrawForm;
  readonly onSend: (drawings: readonly Drawn[]) => void;
  readonly onShowGrid: (job: string) => void;
}

/** The viewer. */
export function DrawingViewer(props: ViewerProps) {
  const { drawings, opened, onOpen } = props;
  const { draw } = useText();
  const isNarrow = useMediaQuery("(max-width: 62em)");
  const index = drawings.findIndex(({ name }) => name === opened);
  const drawn = drawings[index];
  const go = (by: number): void => {
    const next = drawings[index + by];
    if (next !== undefined) onOpen(next.name);
  };
  return (
    <Dialog
      opened={drawn !== undefined}
      onClose={() => onOpen(undefined)}
      title={draw.viewer.title}
      size="min(1200px, 100%)"
      fullScreen={isNarrow}
      onKeyDown={({ key, target }) => {
        if (target instanceof HTMLInputElement) return;
        if (key === "ArrowLeft") go(-1);
        if (key === "ArrowRight") go(1);
      }}
    >
      {drawn !== undefined && (
        <div className={classes.viewer}>
          <Stack gap="xs">
            <WholePicture drawn={drawn} alt={drawn.settings.prompt ?? draw.history.untitled} />
            <Turn
              hasPrevious={index > 0}
              hasNext={index < drawings.length - 1}
              place={`${index + 1} / ${drawings.length}`}
              onGo={go}
            />
          </Stack>
          <Stack gap="md">
            <Actions {...props} drawn={drawn} />
            <Facts drawn={drawn} />
          </Stack>
        </div>
      )}
    </Dialog>
  );
}

function Turn({
  hasPrevious,
  hasNext,
  place,
  onGo,
}: {
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  readonly place: string;
  readonly onGo: (by: number) => void;
}) {
  const { draw } = useText();
  const { previous, next } = draw.viewer;
  return (
    <Group justify="center" gap="xs">
      <Tooltip label={previous}>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={previous}
          disabled={!hasPrevious}
          onClick={() => onGo(-1)}
        >
          <ChevronLeft size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <span>{place}</span>
      <Tooltip label={next}>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={next}
          disabled={!hasNext}
          onClick={() => onGo(1)}
        >
          <ChevronRight size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

function Actions({
  drawn,
  onOpen,
  form,
  onSend,
  onShowGrid,
  onRemoved,
}: ViewerProps & { readonly drawn: Drawn }) {
  const { draw, common } = useText();
  const { viewer: text, grid } = draw;
  const { tell } = useToasts();
  const { remove } = useDrawingActions();
  const { settings, job, x, y } = drawn;
  const { seed } = settings;
  const take = (): void => {
    form.replace((before) => withRead(before, settings, form));
    onOpen(undefined);
    tell({ message: text.used });
  };
  const takeSeed = (own: number): void => {
    form.change({ seed: own, keepsSeed: true });
    tell({ message: text.seedUsed(own) });
  };
  const discard = async (): Promise<void> => {
    if (await remove([drawn])) onRemoved(drawn.name);
  };
  return (
    <Group gap="xs">
      <Button leftSection={<SlidersHorizontal size={16} aria-hidden />} onClick={take}>
        {text.use}
      </Button>
      {seed !== undefined && (
        <Button
          variant="default"
          leftSection={<Dices size={16} aria-hidden />}
          onClick={() => takeSeed(seed)}
        >
          {text.useSeed}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<FolderInput size={16} aria-hidden />}
        onClick={() => onSend([drawn])}
      >
        {text.send}
      </Button>
      {job !== undefined && (x !== undefined || y !== undefined) && (
        <Button
          variant="default"
          leftSection={<Grid3x3 size={16} aria-hidden />}
          onClick={() => onShowGrid(job)}
        >
          {grid.show}
        </Button>
      )}
      <Button
        variant="default"
        component="a"
        href={drawingAddress(drawn)}
        download={drawn.name}
        leftSection={<Download size={16} aria-hidden />}
      >
        {common.download}
      </Button>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<Trash2 size={16} aria-hidden />}
        onClick={() => void discard()}
      >
        {common.delete}
      </Button>
    </Group>
  );
}

function Facts({ drawn }: { readonly drawn: Drawn }) {
  const text = useText();
  return <FactsTable rows={factsOf(drawn, text)} />;
}
