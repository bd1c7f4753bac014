/** @file Asks which adapters become one, with which weights, and into what. */

import { type GivenJobRequest, type Item, routes } from "@atelier/server/api";
import {
  ActionIcon,
  Autocomplete,
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Text,
} from "@mantine/core";
import { X } from "lucide-react";
import { useState } from "react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Dialog } from "../../parts/dialog.js";
import { useToasts } from "../../parts/toasts.js";
import { NameField } from "./name-field.js";
import { freeName, nameProblem } from "./result-name.js";

interface MergeProps {
  readonly items: readonly Item[];
  /** The adapter to begin with. */
  readonly first?: string | undefined;
  readonly onClose: () => void;
}

/** The dialog. */
export function MergeDialog({ isOpen, ...props }: MergeProps & { readonly isOpen: boolean }) {
  const { library } = useText();
  return (
    <Dialog opened={isOpen} onClose={props.onClose} title={library.merge.title} size="lg">
      <MergeForm {...props} />
    </Dialog>
  );
}

interface Weighted {
  readonly name: string;
  readonly weight: number;
}

function MergeForm({ items, first, onClose }: MergeProps) {
  const { library, common } = useText();
  const { merge: text } = library;
  const { tellError } = useToasts();
  const create = useChange(routes.jobs.create);
  const taken = items.map(({ name }) => name);
  const models = items.filter(({ kind }) => kind === "model").map(({ name }) => name);
  const [adapters, setAdapters] = useState<readonly Weighted[]>(
    first === undefined ? [] : [{ name: first, weight: 1 }],
  );
  const [isModel, setModel] = useState(false);
  const [base, setBase] = useState("embedded");
  const [rank, setRank] = useState<number>();
  const [into, setInto] = useState(() => freeName(first ?? "adapters", "merged", taken));
  const fewest = isModel ? 1 : 2;
  const isWhole =
    adapters.length >= fewest &&
    nameProblem(into, taken) === undefined &&
    (!isModel || base.trim() !== "");
  const start = (): void => {
    const request: GivenJobRequest = {
      kind: "merge",
      adapters: [...adapters],
      into,
      ...(isModel ? { base: base.trim() } : rank !== undefined && { rank }),
    };
    create.mutate({ body: { request } }, { onSuccess: onClose, onError: tellError });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) start();
      }}
    >
      <Stack>
        <Text c="var(--quiet)">{text.about}</Text>
        <AdapterWeights items={items} adapters={adapters} onChange={setAdapters} />
        <SegmentedControl
          aria-label={text.into}
          value={isModel ? "model" : "adapter"}
          onChange={(value) => setModel(value === "model")}
          data={[
            { value: "adapter", label: text.intoAdapter },
            { value: "model", label: text.intoModel },
          ]}
        />
        {isModel ? (
          <Autocomplete
            label={text.base}
            description={text.baseHint}
            data={["embedded", ...models]}
            value={base}
            onChange={setBase}
          />
        ) : (
          <NumberInput
            label={text.rank}
            description={text.rankHint}
            value={rank ?? ""}
            onChange={(value) => setRank(typeof value === "number" ? value : undefined)}
            min={1}
            max={1_024}
            allowDecimal={false}
          />
        )}
        <NameField label={text.name} value={into} onChange={setInto} taken={taken} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" disabled={!isWhole} loading={create.isPending}>
            {text.start}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function AdapterWeights({
  items,
  adapters,
  onChange,
}: {
  readonly items: readonly Item[];
  readonly adapters: readonly Weighted[];
  readonly onChange: (adapters: readonly Weighted[]) => void;
}) {
  const { library } = useText();
  const { merge: text } = library;
  const used = new Set(adapters.map(({ name }) => name));
  const free = items
    .filter(({ kind, name }) => kind === "adapter" && !used.has(name))
    .map(({ name }) => name);
  return (
    <Stack gap="xs">
      <Select
        label={text.adapters}
        placeholder={text.add}
        data={free}
        value={null}
        onChange={(name) => name !== null && onChange([...adapters, { name, weight: 1 }])}
        searchable
      />
      {adapters.map(({ name, weight }) => (
        <Group key={name} gap="xs" wrap="nowrap">
          <Text size="sm" flex={1} lineClamp={1} title={name}>
            {name}
          </Text>
          <NumberInput
            aria-label={text.weight(name)}
            w={88}
            value={weight}
            onChange={(value) =>
              typeof value === "number" &&
              onChange(adapters.map((one) => (one.name === name ? { name, weight: value } : one)))
            }
            min={-10}
            max={10}
            step={0.05}
            decimalScale={2}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={text.remove(name)}
            onClick={() => onChange(adapters.filter((one) => one.name !== name))}
          >
            <X size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
    </Stack>
  );
}
