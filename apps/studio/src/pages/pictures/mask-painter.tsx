/** @file Paints what of a picture counts: the part that is painted is learned, the rest is not. */

import { callRoute, type Picture, routes } from "@atelier/server/api";
import { Alert, Button, Group, SegmentedControl, Slider, Stack, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ownServer } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Dialog } from "../../parts/dialog.js";
import { useToasts } from "../../parts/toasts.js";
import { useErrorText } from "../../parts/use-error-text.js";
import { store } from "../../parts/use-kept-state.js";
import { MaskBoard } from "./mask-board.js";
import classes from "./mask-painter.module.css";
import { type MaskLayer, maskKey, useMask } from "./use-mask.js";

interface PainterProps {
  readonly dataset: string;
  readonly picture: Picture;
  readonly onClose: () => void;
  /** Opens it again, with what was painted. */
  readonly onReopen: () => void;
  readonly onSaved: () => void;
}

/** The painter over a picture. */
export function MaskPainter(props: PainterProps) {
  const { dataset, picture, onClose, onReopen } = props;
  const { pictures: text, common } = useText();
  const { tell } = useToasts();
  const mask = useMask(dataset, picture);
  const close = () => {
    const { actions } = mask;
    const key = maskKey(dataset, picture.name);
    store(sessionStorage, key, undefined);
    onClose();
    if (actions.length === 0) return;
    const run = () => {
      store(sessionStorage, key, actions);
      onReopen();
    };
    tell({ message: text.maskDiscarded, action: { label: common.undo, run } });
  };
  return (
    <Dialog opened onClose={close} fullScreen title={text.maskTitle(picture.name)}>
      <Painter {...props} mask={mask} onCancel={close} />
    </Dialog>
  );
}

function Painter({
  mask,
  onCancel,
  ...props
}: PainterProps & { readonly mask: MaskLayer; readonly onCancel: () => void }) {
  const { dataset, picture } = props;
  const { pictures: text } = useText();
  const errorText = useErrorText();
  const longer = Math.max(picture.width, picture.height);
  const [isErasing, setErasing] = useState(false);
  /** Of the longer edge, in percent. */
  const [share, setShare] = useState(8);
  const [opacity, setOpacity] = useState(0.65);
  const [isEmpty, setEmpty] = useState(false);
  const sizeBy = (factor: number) => setShare((now) => Math.min(50, Math.max(0.5, now * factor)));
  useHotkeys([
    ["mod+Z", mask.undo],
    ["BracketLeft", () => sizeBy(1 / 1.25), { usePhysicalKeys: true }],
    ["BracketRight", () => sizeBy(1.25), { usePhysicalKeys: true }],
    ["B", () => setErasing(false)],
    ["E", () => setErasing(true)],
  ]);
  return (
    <Stack gap="sm">
      <div className={classes.controls}>
        <SegmentedControl
          aria-label={text.brush}
          value={isErasing ? "erase" : "paint"}
          onChange={(value) => setErasing(value === "erase")}
          data={[
            { value: "paint", label: text.paint },
            { value: "erase", label: text.erase },
          ]}
        />
        <LabelledSlider label={text.brushSize} value={share} onChange={setShare} max={50} />
        <LabelledSlider
          label={text.opacity}
          value={opacity * 100}
          onChange={(percent) => setOpacity(percent / 100)}
          max={100}
        />
        <LayerButtons mask={mask} />
        <SaveButtons {...props} mask={mask} onCancel={onCancel} onEmpty={() => setEmpty(true)} />
      </div>
      {isEmpty && <Alert color="orange">{text.nothingPainted}</Alert>}
      {mask.error !== undefined && <Alert color="orange">{errorText(mask.error)}</Alert>}
      <MaskBoard
        {...{ dataset, picture, mask, opacity }}
        brush={{ isErasing, size: Math.max(1, Math.round((longer * share) / 100)) }}
      />
      <Text size="sm" c="var(--quiet)" id="mask-keys">
        {text.maskHint}
      </Text>
    </Stack>
  );
}

function LayerButtons({ mask: { actions, act, undo } }: { readonly mask: MaskLayer }) {
  const { pictures: text, common } = useText();
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" disabled={actions.length === 0} onClick={undo}>
        {common.undo}
      </Button>
      <Button size="xs" variant="default" onClick={() => act({ kind: "invert" })}>
        {text.invert}
      </Button>
      <Button size="xs" variant="default" onClick={() => act({ kind: "clear" })}>
        {text.clear}
      </Button>
    </Group>
  );
}

function SaveButtons({
  dataset,
  picture,
  mask,
  onCancel,
  onClose,
  onSaved,
  onEmpty,
}: PainterProps & {
  readonly mask: MaskLayer;
  readonly onCancel: () => void;
  readonly onEmpty: () => void;
}) {
  const { pictures: text, common } = useText();
  const { tell, tellError } = useToasts();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const params = { dataset, picture: picture.name };
  const finish = async (work: () => Promise<boolean>): Promise<void> => {
    setBusy(true);
    try {
      if (!(await work())) return;
      store(sessionStorage, maskKey(dataset, picture.name), undefined);
      await client.invalidateQueries({ queryKey: ["api", "datasets"] });
      onSaved();
      onClose();
    } catch (error) {
      tellError(error);
    } finally {
      setBusy(false);
    }
  };
  const save = async (): Promise<boolean> => {
    const body = await mask.write();
    if (body === undefined) onEmpty();
    else await callRoute(ownServer, routes.datasets.setMask, { params, body });
    return body !== undefined;
  };
  const remove = async (): Promise<boolean> => {
    const { trash } = await callRoute(ownServer, routes.datasets.removeMask, { params });
    const back = async (): Promise<void> => {
      await callRoute(ownServer, routes.datasets.restore, { params: { trash } });
      await client.invalidateQueries({ queryKey: ["api", "datasets"] });
    };
    const run = () => void back().catch(tellError);
    tell({ message: text.maskRemoved, action: { label: common.undo, run } });
    return true;
  };
  return (
    <Group gap="xs" ml="auto">
      {picture.hasMask && (
        <Button variant="default" disabled={isBusy} onClick={() => void finish(remove)}>
          {text.removeMask}
        </Button>
      )}
      <Button variant="default" disabled={isBusy} onClick={onCancel}>
        {common.cancel}
      </Button>
      <Button
        loading={isBusy}
        disabled={mask.isLoading || mask.actions.length === 0}
        onClick={() => void finish(save)}
      >
        {common.save}
      </Button>
    </Group>
  );
}

function LabelledSlider({
  label,
  value,
  onChange,
  max,
}: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly max: number;
}) {
  return (
    <div className={classes.slider}>
      <Text size="xs" c="var(--quiet)">
        {label}
      </Text>
      <Slider
        value={value}
        onChange={onChange}
        min={0.5}
        max={max}
        step={0.5}
        label={null}
        thumbLabel={label}
      />
    </div>
  );
}
