/** @file A setting: its name, what it means, its input, what is usual, and the way back to that. */

import type { Field } from "@atelier/server/api";
import {
  ActionIcon,
  Group,
  Select,
  Switch,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { Undo2 } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useText } from "../../messages/language.js";
import { useDesk } from "./desk.js";
import { problemText } from "./form-problems.js";
import { typedOf } from "./setting-values.js";
import classes from "./settings.module.css";
import type { Typed } from "./train-form.js";

/** A field of the config, set by hand or left as is usual. */
export function SettingRow({
  path,
  label,
  about,
  also = [],
  isCode = false,
  children,
}: {
  readonly path: string;
  readonly label: string;
  readonly about: string;
  /** Further fields that are set to the same. */
  readonly also?: readonly string[];
  readonly isCode?: boolean;
  /** In place of the input that fits the field. */
  readonly children?: (id: string) => ReactNode;
}) {
  const { form, set, facts } = useDesk();
  const field = facts.fields.get(path);
  const setAll = (value: Typed | undefined): void =>
    set(Object.fromEntries([path, ...also].map((each) => [each, value])));
  // A field can be shown twice: among the few and among all.
  const id = useId();
  if (field === undefined) return null;
  return (
    <div className={classes.row} data-set={path in form.values || undefined}>
      <div>
        <Group gap="xs" wrap="nowrap">
          <Text
            component="label"
            htmlFor={id}
            id={`${id}-label`}
            size="sm"
            fw={550}
            {...(isCode && { ff: "monospace" })}
          >
            {label}
          </Text>
          {path in form.values && <Reset label={label} onReset={() => setAll(undefined)} />}
        </Group>
        <Text size="xs" c="var(--quiet)" id={`${id}-about`}>
          {about}
        </Text>
      </div>
      <div>
        {children === undefined ? (
          <SettingInput field={field} id={id} onSet={setAll} />
        ) : (
          children(id)
        )}
        <SettingProblem path={path} />
      </div>
    </div>
  );
}

/** Says that a setting was changed, and takes it back. */
function Reset({ label, onReset }: { readonly label: string; readonly onReset: () => void }) {
  const { settings: text } = useText().train;
  return (
    <>
      <Text size="xs" c="var(--accent-text)">
        {text.set}
      </Text>
      <Tooltip label={text.reset(label)}>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={text.reset(label)}
          onClick={onReset}
        >
          <Undo2 size={14} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

/** What is wrong with a field, by the schema or by the forecast. */
function SettingProblem({ path }: { readonly path: string }): ReactNode {
  const { problems } = useDesk();
  const { errors } = useText();
  const problem = problems.settings.get(path);
  if (problem === undefined) return null;
  return (
    <Text size="xs" c="var(--attention)" role="alert" mt={4}>
      {problemText(problem, errors)}
    </Text>
  );
}

function SettingInput({
  field: { path, kind, choices = [] },
  id,
  onSet,
}: {
  readonly field: Field;
  readonly id: string;
  readonly onSet: (value: Typed | undefined) => void;
}) {
  const { form, usualOf, problems, forecast } = useDesk();
  const { all: text } = useText().train;
  const usual = usualOf(path);
  const own = form.values[path];
  const typed = own === undefined ? "" : String(own);
  const shared = {
    id,
    size: "sm",
    "aria-describedby": `${id}-about`,
    "aria-invalid": problems.settings.has(path),
    // What the base advises comes with the forecast.
    placeholder: usual === undefined && forecast.isLoading ? "…" : shownValue(usual, text),
  } as const;
  if (kind === "boolean") {
    const isOn = own === undefined ? usual === true : own === true || own === "true";
    return (
      <Switch
        id={id}
        aria-describedby={shared["aria-describedby"]}
        checked={isOn}
        label={isOn ? text.yes : text.no}
        aria-labelledby={`${id}-label`}
        onChange={({ currentTarget: { checked } }) =>
          onSet(checked === (usual === true) ? undefined : checked)
        }
      />
    );
  }
  if (kind === "choice") {
    return (
      <Select
        {...shared}
        data={[...choices]}
        value={typed === "" ? null : typed}
        clearable
        comboboxProps={{ transitionProps: { duration: 80 } }}
        onChange={(value) => onSet(value ?? undefined)}
      />
    );
  }
  if (kind === "list") {
    return (
      <Textarea
        {...shared}
        autosize
        minRows={1}
        maxRows={6}
        value={typed}
        onChange={({ currentTarget: { value } }) => onSet(value)}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      value={typed}
      inputMode={kind === "integer" ? "numeric" : kind === "number" ? "decimal" : "text"}
      autoComplete="off"
      spellCheck={false}
      onChange={({ currentTarget: { value } }) => onSet(value)}
    />
  );
}

/** A value as it stands in an empty input. */
export function shownValue(
  value: unknown,
  text: {
    readonly depends: string;
    readonly empty: string;
    readonly yes: string;
    readonly no: string;
  },
): string {
  if (value === undefined) return text.depends;
  if (typeof value === "boolean") return value ? text.yes : text.no;
  const typed = String(typedOf(value)).replaceAll("\n", ", ");
  return typed === "" ? text.empty : typed;
}
