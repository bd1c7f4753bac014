/** @file Which model draws: the embedded one, one of the library, or a repository. */

import { Autocomplete } from "@mantine/core";
import { useText } from "../../messages/language.js";
import type { DrawForm } from "./use-draw-form.js";

/** The base. */
export function BaseField({ form: { settings, change, read, items = [] } }: { form: DrawForm }) {
  const { draw } = useText();
  const { base: text } = draw;
  const own = ["embedded", ...items.filter(({ kind }) => kind === "model").map(nameOf)];
  const { base } = settings;
  const about = base === "embedded" ? text.embedded : own.includes(base) ? text.library : undefined;
  const isMisspelt = "problems" in read && read.problems.base !== undefined;
  return (
    <Autocomplete
      label={text.label}
      description={about ?? (base.includes("/") ? text.hub : text.hubHint)}
      inputWrapperOrder={["label", "input", "description", "error"]}
      error={isMisspelt ? text.misspelt : undefined}
      value={base}
      onChange={(value) => change({ base: value })}
      data={own}
      // All are offered while one of them stands in the field.
      filter={({ options, search }) =>
        own.includes(search)
          ? options
          : options.filter((option) => "label" in option && option.label.includes(search))
      }
      spellCheck={false}
    />
  );
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
