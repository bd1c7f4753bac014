/** @file What is looked for among runs. */

import { Select, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useText } from "../../messages/language.js";
import { type RunFilter, runSorts } from "./run-list.js";
import classes from "./runs.module.css";

const states = ["running", "done", "stopped", "failed", "interrupted"] as const;
const verdicts = [
  ...(["learning", "learned-enough", "overfitting", "forgetting"] as const),
  ...(["diverging", "nothing-happens"] as const),
];

/** Words, a state, a verdict, and the order. */
export function RunFilters({
  filter,
  onChange,
}: {
  readonly filter: RunFilter;
  readonly onChange: (filter: RunFilter) => void;
}) {
  const { common, runs } = useText();
  const text = runs.filter;
  return (
    <search className={classes.filters}>
      <TextInput
        className={classes.search}
        aria-label={text.search}
        placeholder={text.search}
        leftSection={<Search size={16} aria-hidden />}
        value={filter.search}
        onChange={({ currentTarget: { value } }) => onChange({ ...filter, search: value })}
      />
      <Select
        aria-label={text.state}
        placeholder={text.allStates}
        clearable
        data={states.map((value) => ({ value, label: common.states[value] }))}
        value={filter.state}
        onChange={(state) => onChange({ ...filter, state })}
      />
      <Select
        aria-label={text.verdict}
        placeholder={text.allVerdicts}
        clearable
        data={[
          ...verdicts.map((value) => ({ value, label: common.verdictStates[value] })),
          { value: "none", label: text.noVerdict },
        ]}
        value={filter.verdict}
        onChange={(verdict) => onChange({ ...filter, verdict })}
      />
      <Select
        aria-label={text.sort}
        allowDeselect={false}
        data={runSorts.map((value) => ({ value, label: runs.sorts[value] }))}
        value={filter.sort}
        onChange={(value) => {
          const sort = runSorts.find((each) => each === value);
          if (sort !== undefined) onChange({ ...filter, sort });
        }}
      />
    </search>
  );
}
