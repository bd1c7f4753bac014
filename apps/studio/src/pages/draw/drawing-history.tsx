/** @file All pictures as a grid, newest first: open, select, compare, send, delete. */

import type { Drawn } from "@atelier/server/api";
import { Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Columns2, FolderInput, ImageIcon, Trash2 } from "lucide-react";
import { useState } from "react";
import { useText } from "../../messages/language.js";
import { EmptyState } from "../../parts/empty-state.js";
import { TileGrid } from "../../parts/tile-grid.js";
import { useErrorText } from "../../parts/use-error-text.js";
import classes from "./draw.module.css";
import type { OpenAmong } from "./drawing-jobs.js";
import { DrawingTile } from "./drawing-tile.js";
import { examplePrompts } from "./prompt-fields.js";
import type { DrawForm } from "./use-draw-form.js";
import { useDrawingActions } from "./use-drawing-actions.js";
import { useDrawings } from "./use-drawings.js";

/** What the history hands to the page. */
export interface HistoryProps {
  readonly form: DrawForm;
  readonly onOpen: OpenAmong;
  readonly onSend: (drawings: readonly Drawn[]) => void;
  readonly onCompare: (left: Drawn, right: Drawn) => void;
}

/** The history. */
export function DrawingHistory({ form, onOpen, onSend, onCompare }: HistoryProps) {
  const { draw } = useText();
  const { history: text } = draw;
  const { drawings, error, loadMore } = useDrawings();
  const errorText = useErrorText();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (drawings === undefined) {
    return error === null ? <Skeletons /> : <Text c="var(--attention)">{errorText(error)}</Text>;
  }
  if (drawings.length === 0) return <Nothing form={form} />;
  const toggle = (name: string): void =>
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(name)) after.add(name);
      return after;
    });
  return (
    <Stack component="section" gap="xs" aria-labelledby="history">
      <Title order={2} size="h4" id="history">
        {text.label}
      </Title>
      {chosen.size > 0 && (
        <SelectionBar
          drawings={drawings.filter(({ name }) => chosen.has(name))}
          onNone={() => setChosen(new Set())}
          onSend={onSend}
          onCompare={onCompare}
        />
      )}
      <TileGrid items={drawings} keyOf={({ name }) => name} label={text.label} onNearEnd={loadMore}>
        {(drawn) => (
          <DrawingTile
            drawn={drawn}
            onOpen={(name) => onOpen(name, drawings)}
            selection={{ chosen, onToggle: toggle }}
          />
        )}
      </TileGrid>
    </Stack>
  );
}

function SelectionBar({
  drawings,
  onNone,
  onSend,
  onCompare,
}: Pick<HistoryProps, "onSend" | "onCompare"> & {
  readonly drawings: readonly Drawn[];
  readonly onNone: () => void;
}) {
  const { draw, common } = useText();
  const { history: text, viewer } = draw;
  const { remove } = useDrawingActions();
  // In the order of drawing: what came first stands left.
  const [right, left, ...others] = drawings;
  const discard = async (): Promise<void> => {
    if (await remove(drawings)) onNone();
  };
  const pair = left !== undefined && right !== undefined && others.length === 0;
  return (
    <Paper withBorder shadow="sm" p="xs" bg="var(--surface)" className={classes.bar}>
      <Group gap="xs" justify="space-between">
        <Text size="sm" px={4}>
          {text.selected(drawings.length)}
        </Text>
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Columns2 size={14} aria-hidden />}
            disabled={!pair}
            title={pair ? undefined : text.compareHint}
            onClick={() => pair && onCompare(left, right)}
          >
            {text.compare}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<FolderInput size={14} aria-hidden />}
            onClick={() => onSend(drawings)}
          >
            {viewer.send}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Trash2 size={14} aria-hidden />}
            onClick={() => void discard()}
          >
            {common.delete}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onNone}>
            {text.unselect}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}

function Nothing({ form }: { readonly form: DrawForm }) {
  const { draw } = useText();
  const { history: text } = draw;
  return (
    <EmptyState icon={ImageIcon} title={text.empty} body={text.emptyBody}>
      {form.settings.prompt === "" && (
        <Button variant="default" onClick={() => form.change({ prompt: examplePrompts[0] })}>
          {text.example}
        </Button>
      )}
    </EmptyState>
  );
}

function Skeletons() {
  return (
    <div className={classes.row} aria-hidden>
      {["a", "b", "c", "d"].map((key) => (
        <Skeleton key={key} className={classes.square} height="auto" />
      ))}
    </div>
  );
}
