/** @file What something new is called, with what is wrong with the name. */

import { TextInput } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { nameProblem } from "./result-name.js";

/** The field. */
export function NameField({
  label,
  value,
  onChange,
  taken,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
  /** Names of the library. */
  readonly taken: readonly string[];
}) {
  const { library: text } = useText();
  const problem = nameProblem(value, taken);
  return (
    <TextInput
      label={label}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      error={problem && text[problem]}
      spellCheck={false}
    />
  );
}
