/** @file A grid over two settings: which, and their values as they are typed. */

import { Group, NativeSelect, Stack, Switch, Text, Textarea } from "@mantine/core";
import type { Messages } from "../../messages/catalogue.js";
import { useText } from "../../messages/language.js";
import type { AxisProblem } from "./draw-settings.js";
import {
  type GridSetting,
  gridSettings,
  isNumeric,
  isText,
  mostValues,
  type ValuesProblem,
} from "./grid-values.js";
import type { DrawForm } from "./use-draw-form.js";

/** More pictures than this take a while on any machine. */
const manyPictures = 100;

/** Turns the drawing into a grid. */
export function GridFields({ form }: { readonly form: DrawForm }) {
  const { draw } = useText();
  const { grid: text } = draw;
  const { settings, change, read } = form;
  const problems = "problems" in read ? read.problems : {};
  return (
    <Stack gap="sm">
      <Switch
        label={text.label}
        checked={settings.hasGrid}
        onChange={({ currentTarget: { checked } }) => change({ hasGrid: checked })}
      />
      {settings.hasGrid && (
        <>
          <Axis
            label={text.columns}
            setting={settings.x.setting}
            values={settings.x.values}
            problem={problems.x}
            onChange={({ setting, values }) =>
              setting !== "none" && change({ x: { setting, values } })
            }
          />
          <Axis
            label={text.rows}
            setting={settings.y.setting}
            values={settings.y.values}
            problem={problems.y}
            onChange={(y) => change({ y })}
            isOptional
          />
          <Total form={form} />
        </>
      )}
    </Stack>
  );
}

type AxisSetting = GridSetting | "none";

function Axis({
  label,
  setting,
  values,
  problem,
  onChange,
  isOptional = false,
}: {
  readonly label: string;
  readonly setting: AxisSetting;
  readonly values: string;
  readonly problem: ValuesProblem | AxisProblem | undefined;
  readonly onChange: (axis: { readonly setting: AxisSetting; readonly values: string }) => void;
  readonly isOptional?: boolean;
}) {
  const { draw } = useText();
  const { grid: text } = draw;
  const options = [
    ...(isOptional ? [{ value: "none", label: text.none }] : []),
    ...gridSettings.map((value) => ({ value, label: text.settings[value] })),
  ];
  return (
    <Stack gap={4}>
      <NativeSelect
        label={label}
        data={options}
        value={setting}
        onChange={({ currentTarget: { value } }) =>
          onChange({ setting: settingOf(value), values: valuesOf(settingOf(value), values) })
        }
      />
      {setting !== "none" && (
        <Textarea
          aria-label={`${label}: ${text.values}`}
          description={hintOf(setting, text)}
          inputWrapperOrder={["input", "description", "error"]}
          error={problem && problemText(problem, text)}
          value={values}
          onChange={({ currentTarget: { value } }) => onChange({ setting, values: value })}
          autosize
          minRows={isText(setting) ? 3 : 1}
          maxRows={10}
          spellCheck={false}
        />
      )}
    </Stack>
  );
}

function Total({ form: { settings, read } }: { readonly form: DrawForm }) {
  const { draw } = useText();
  const { grid: text } = draw;
  if ("problems" in read) return null;
  const { x, y, count } = read.request;
  const sides = [x?.values.length, y?.values.length, settings.count > 1 ? count : undefined];
  const cells = sides.filter((side) => side !== undefined).join(" × ");
  return (
    <Group gap="xs">
      <Text size="sm">{text.total(cells, read.pictures)}</Text>
      {read.pictures > manyPictures && (
        <Text size="sm" c="var(--attention)">
          {text.many}
        </Text>
      )}
    </Group>
  );
}

function settingOf(value: string): AxisSetting {
  return gridSettings.find((setting) => setting === value) ?? "none";
}

const startValues: Readonly<Record<GridSetting, string>> = {
  prompt: "",
  negative: "",
  seed: "1-4",
  steps: "5, 10, 20",
  guidance: "2, 4, 8",
  sampler: "",
  weight: "0-1:5",
  width: "64, 128",
  height: "64, 128",
  base: "embedded",
};

/** Values of one setting are hardly ever another's. */
function valuesOf(setting: AxisSetting, values: string): string {
  return setting === "none" ? values : startValues[setting];
}

type GridText = Messages["draw"]["grid"];

function hintOf(setting: GridSetting, text: GridText): string {
  if (isText(setting)) return text.textsHint;
  return isNumeric(setting) ? text.numbersHint : text.namesHint;
}

function problemText(problem: ValuesProblem | AxisProblem, { problems }: GridText): string {
  switch (problem.kind) {
    case "none":
      return problems.none;
    case "too-many":
      return problems.tooMany(problem.count, mostValues);
    case "no-number":
      return problems.noNumber(problem.value);
    case "out-of-range":
      return problems.outOfRange(problem.value);
    case "unknown":
      return problems.unknown(problem.value);
    case "same":
      return problems.same;
    case "no-adapter":
      return problems.noAdapter;
    default:
      return problem satisfies never;
  }
}
