/** @file Downloads an item as it is, or has it written in the form that another program reads. */

import { addressOf, type GivenJobRequest, type Item, routes } from "@atelier/server/api";
import {
  Button,
  Group,
  Input,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { Download } from "lucide-react";
import { useState } from "react";
import { useChange } from "../../app/use-route.js";
import type { Messages } from "../../messages/catalogue.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { NameField } from "./name-field.js";
import { freeName, nameProblem } from "./result-name.js";

type Form = Extract<GivenJobRequest, { kind: "convert" }>["to"];

const formsOf: Readonly<Record<Item["kind"], readonly [Form, ...Form[]]>> = {
  model: ["single-file", "diffusers"],
  adapter: ["kohya", "comfyui", "diffusers"],
  // ComfyUI reads words as A1111 does.
  word: ["kohya", "diffusers"],
};
const dtypes = ["own", "fp32", "fp16", "bf16"] as const;

/** The panel. */
export function SavePanel({
  item,
  taken,
}: {
  readonly item: Item;
  readonly taken: readonly string[];
}) {
  const { library } = useText();
  const { save: text } = library;
  const { name, form } = item;
  return (
    <Paper withBorder p="lg" bg="var(--surface)" component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {text.title}
        </Title>
        <Text size="sm" c="var(--quiet)">
          {text.asIsHint(form)}
        </Text>
        <Group>
          <Button
            component="a"
            href={addressOf(routes.library.file, { name })}
            download
            leftSection={<Download size={16} aria-hidden />}
          >
            {text.asIs}
          </Button>
        </Group>
        <Convert key={name} item={item} taken={taken} />
      </Stack>
    </Paper>
  );
}

function Convert({ item, taken }: { readonly item: Item; readonly taken: readonly string[] }) {
  const { library } = useText();
  const { save: text } = library;
  const { tellError } = useToasts();
  const create = useChange(routes.jobs.create);
  const { name, kind } = item;
  const forms = formsOf[kind];
  const [to, setTo] = useState<Form>(forms.find((form) => form !== item.form) ?? forms[0]);
  const [dtype, setDtype] = useState<(typeof dtypes)[number]>("own");
  const [base, setBase] = useState("");
  const [given, setInto] = useState<string>();
  const into = given ?? freeName(name, to, taken);
  const start = (): void => {
    const request: GivenJobRequest = {
      ...{ kind: "convert", name, to, into },
      ...(dtype !== "own" && { dtype }),
      ...(base.trim() !== "" && { base: base.trim() }),
    };
    create.mutate(
      { body: { request } },
      { onError: tellError, onSuccess: () => setInto(undefined) },
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <Stack gap="sm">
        <Title order={3} size="h5" mt="xs">
          {text.other}
        </Title>
        <SegmentedControl
          aria-label={text.form}
          value={to}
          onChange={setTo}
          data={forms.map((value) => ({ value, label: labelOf(kind, value, text) }))}
        />
        <Text size="sm">{hintOf(kind, to, text)}</Text>
        <Input.Wrapper label={text.dtype} labelElement="div">
          <SegmentedControl
            aria-label={text.dtype}
            size="xs"
            fullWidth
            value={dtype}
            onChange={setDtype}
            data={dtypes.map((value) => ({ value, label: text.dtypes[value] }))}
          />
        </Input.Wrapper>
        {kind === "adapter" && item.family === undefined && (
          <TextInput
            label={text.base}
            description={text.baseHint}
            value={base}
            onChange={({ currentTarget: { value } }) => setBase(value)}
            spellCheck={false}
          />
        )}
        <NameField label={text.into} value={into} onChange={setInto} taken={taken} />
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="var(--quiet)" flex={1} miw={200}>
            {text.hint}
          </Text>
          <Button
            type="submit"
            variant="default"
            loading={create.isPending}
            disabled={nameProblem(into, taken) !== undefined}
          >
            {text.start}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type SaveText = Messages["library"]["save"];

function labelOf(kind: Item["kind"], form: Form, { forms }: SaveText): string {
  return kind === "word" && form === "kohya" ? "A1111, ComfyUI" : forms[form];
}

function hintOf(kind: Item["kind"], form: Form, { formHints, wordHints }: SaveText): string {
  if (kind === "word" && (form === "kohya" || form === "diffusers")) return wordHints[form];
  return formHints[form];
}
