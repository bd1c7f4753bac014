/** @file How it is drawn: sampler, steps, guidance, size, seed and how many. Empty fields are the model's own. */

import {
  ActionIcon,
  Checkbox,
  Group,
  Menu,
  NumberInput,
  Select,
  SimpleGrid,
  Tooltip,
} from "@mantine/core";
import { ArrowLeftRight, Dices, Ratio } from "lucide-react";
import { useText } from "../../messages/language.js";
import { throwSeed } from "./draw-settings.js";
import type { DrawForm } from "./use-draw-form.js";

const usualSizes = [
  [512, 512],
  [512, 768],
  [768, 512],
  [1024, 1024],
  [832, 1216],
  [1216, 832],
] as const;

/** The smaller fields. */
export function SamplingFields({ form }: { readonly form: DrawForm }) {
  const { draw } = useText();
  const { sampling: text } = draw;
  const { settings, change, samplers } = form;
  return (
    <>
      <SimpleGrid cols={2} spacing="sm" verticalSpacing="sm">
        <Select
          label={text.sampler}
          placeholder={text.own}
          data={samplers}
          value={settings.sampler === "" ? null : settings.sampler}
          onChange={(value) => change({ sampler: value ?? "" })}
          clearable
          searchable
        />
        <NumberField
          label={text.steps}
          value={settings.steps}
          onChange={(steps) => change({ steps })}
          range={[1, 1_000]}
        />
        <NumberField
          label={text.guidance}
          value={settings.guidance}
          onChange={(guidance) => change({ guidance })}
          range={[0, 100]}
          step={0.5}
        />
        <NumberInput
          label={text.count}
          value={settings.count}
          onChange={(value) => typeof value === "number" && change({ count: value })}
          min={1}
          max={100}
          allowDecimal={false}
        />
      </SimpleGrid>
      <SizeFields form={form} />
      <SeedField form={form} />
    </>
  );
}

function SizeFields({ form: { settings, change } }: { readonly form: DrawForm }) {
  const { draw } = useText();
  const { sampling: text } = draw;
  const { width, height } = settings;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-end">
      <NumberField
        label={text.width}
        value={width}
        onChange={(value) => change({ width: value })}
        range={[64, 4_096]}
        step={64}
      />
      <Tooltip label={text.swap}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={text.swap}
          onClick={() => change({ width: height, height: width })}
        >
          <ArrowLeftRight size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <NumberField
        label={text.height}
        value={height}
        onChange={(value) => change({ height: value })}
        range={[64, 4_096]}
        step={64}
      />
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={text.sizes} title={text.sizes}>
            <Ratio size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => change({ width: undefined, height: undefined })}>
            {text.ownSize}
          </Menu.Item>
          {usualSizes.map(([wide, high]) => (
            <Menu.Item
              key={`${wide}×${high}`}
              onClick={() => change({ width: wide, height: high })}
            >
              {`${wide} × ${high}`}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function SeedField({ form: { settings, change } }: { readonly form: DrawForm }) {
  const { draw } = useText();
  const { sampling: text } = draw;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-end">
      <NumberInput
        flex={1}
        label={text.seed}
        value={settings.seed}
        // Whoever types a seed wants it.
        onChange={(value) => typeof value === "number" && change({ seed: value, keepsSeed: true })}
        min={0}
        max={Number.MAX_SAFE_INTEGER}
        allowDecimal={false}
        hideControls
      />
      <Tooltip label={text.dice}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={text.dice}
          onClick={() => change({ seed: throwSeed() })}
        >
          <Dices size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={text.keepHint}>
        <Checkbox
          mb={8}
          label={text.keep}
          checked={settings.keepsSeed}
          onChange={({ currentTarget: { checked } }) => change({ keepsSeed: checked })}
        />
      </Tooltip>
    </Group>
  );
}

function NumberField({
  label,
  value,
  onChange,
  range: [min, max],
  step = 1,
}: {
  readonly label: string;
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
  readonly range: readonly [number, number];
  readonly step?: number;
}) {
  const { draw } = useText();
  return (
    <NumberInput
      flex={1}
      label={label}
      placeholder={draw.sampling.own}
      value={value ?? ""}
      onChange={(typed) => onChange(typeof typed === "number" ? typed : undefined)}
      min={min}
      max={max}
      step={step}
      startValue={min}
      allowDecimal={step < 1}
    />
  );
}
