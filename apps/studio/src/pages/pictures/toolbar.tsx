/** @file Tools above the pictures: how they are shown, what is searched, and what is done with those chosen. */

import {
  ActionIcon,
  Button,
  Group,
  Popover,
  SegmentedControl,
  Slider,
  Stack,
  Switch,
  Text,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { Crop, LayoutGrid, Rows3, Search, Trash2, X } from "lucide-react";
import { useText } from "../../messages/language.js";
import { useErrorText } from "../../parts/use-error-text.js";
import { cropFault } from "./crop-view.js";
import type { Desk } from "./desk.js";
import classes from "./pictures.module.css";
import { allOrNone, noSelection } from "./selection.js";
import { ShapeFields } from "./shape-fields.js";

/** The tools of a desk. */
export function Toolbar({ desk }: { readonly desk: Desk }) {
  const { pictures: text, common } = useText();
  const { view, setView } = desk;
  return (
    <div className={classes.tools} role="toolbar" aria-label={text.tools}>
      <Group gap="sm">
        <SegmentedControl
          size="sm"
          aria-label={text.layout}
          value={view.layout}
          onChange={(value) => setView({ ...view, layout: value === "list" ? "list" : "grid" })}
          data={[
            {
              value: "grid",
              label: <LayoutGrid size={16} className={classes.icon} aria-label={text.asGrid} />,
            },
            {
              value: "list",
              label: <Rows3 size={16} className={classes.icon} aria-label={text.asList} />,
            },
          ]}
        />
        {view.layout === "grid" && (
          <Slider
            className={classes.sizes}
            value={view.edge}
            onChange={(edge) => setView({ ...view, edge })}
            min={80}
            max={400}
            step={10}
            label={null}
            thumbLabel={text.size}
          />
        )}
        <CropTool desk={desk} />
        <TextInput
          size="sm"
          className={classes.search}
          aria-label={text.search}
          placeholder={text.search}
          leftSection={<Search size={14} aria-hidden />}
          value={desk.search}
          onChange={(event) => desk.setSearch(event.currentTarget.value)}
        />
        {desk.isPart && (
          <Button
            size="sm"
            variant="light"
            rightSection={<X size={14} aria-hidden />}
            onClick={() => desk.showOnly(undefined)}
          >
            {text.showAll(desk.pictures.length)}
          </Button>
        )}
        <ChosenTools desk={desk} deleteLabel={common.delete} />
      </Group>
    </div>
  );
}

function ChosenTools({ desk, deleteLabel }: { readonly desk: Desk; readonly deleteLabel: string }) {
  const { pictures: text } = useText();
  const { chosen, names, select, selection, actions } = desk;
  if (chosen.length === 0) {
    return (
      <Button
        size="sm"
        variant="subtle"
        color="gray"
        disabled={names.length === 0}
        onClick={() => select(allOrNone(selection, names))}
      >
        {text.chooseAll}
      </Button>
    );
  }
  return (
    <Group gap={4} wrap="nowrap">
      <Text size="sm" fw={600} aria-live="polite">
        {text.chosen(chosen.length)}
      </Text>
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        onClick={() =>
          select(
            chosen.length < names.length
              ? allOrNone({ ...selection, chosen: new Set() }, names)
              : noSelection,
          )
        }
      >
        {chosen.length < names.length ? text.chooseAll : text.chooseNone}
      </Button>
      <Tooltip label={deleteLabel}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={text.deleteChosen(chosen.length)}
          onClick={() => actions.remove(chosen.map(({ name }) => name))}
        >
          <Trash2 size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

function CropTool({ desk }: { readonly desk: Desk }) {
  const { pictures: text } = useText();
  const errorText = useErrorText();
  const { shape, setShape, crops, cropError } = desk;
  const bad = [...(crops?.values() ?? [])].filter((crop) => cropFault(crop) !== undefined).length;
  return (
    <Popover width={280} position="bottom-start" withinPortal shadow="md" trapFocus>
      <Popover.Target>
        <Button
          size="sm"
          variant={shape.isShown ? "light" : "default"}
          leftSection={<Crop size={16} aria-hidden />}
        >
          {shape.isShown ? text.cropsAt(shape) : text.crops}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Switch
            label={text.showCrops}
            description={text.cropsHint}
            checked={shape.isShown}
            onChange={(event) => setShape({ ...shape, isShown: event.currentTarget.checked })}
          />
          <ShapeFields desk={desk} />
          {cropError !== null && cropError !== undefined && (
            <Text size="sm" c="var(--attention)">
              {errorText(cropError)}
            </Text>
          )}
          {crops !== undefined && (
            <Text size="sm" {...(bad > 0 && { c: "var(--attention)" })}>
              {text.badCrops(bad)}
            </Text>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
