/** @file Whether the settings are those of the form, or are found by measurement. */

import { SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { Choice } from "./choice.js";
import { useDesk } from "./desk.js";
import { preferences } from "./train-form.js";

/** The choice, and what a search needs to know. */
export function SearchChoice() {
  const { form, change } = useDesk();
  const { search: text } = useText().train;
  return (
    <Stack gap="xs">
      <Choice
        aria-label={text.label}
        value={form.isSearch ? "found" : "mine"}
        onChange={(value) => change({ isSearch: value === "found" })}
        data={[
          { value: "mine", label: text.mine },
          { value: "found", label: text.found },
        ]}
      />
      {form.isSearch && <SearchSettings />}
    </Stack>
  );
}

function SearchSettings() {
  const { form, change, problems } = useDesk();
  const { search: text, settings, missing } = useText().train;
  const choose = (value: string): void => {
    const prefer = preferences.find((each) => each === value);
    if (prefer !== undefined) change({ prefer });
  };
  return (
    <>
      <Text size="sm">{text.about}</Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={text.minutes}
          description={text.minutesAbout}
          inputMode="numeric"
          value={form.minutes}
          error={problems.missing.includes("bad-minutes") ? missing["bad-minutes"] : undefined}
          onChange={({ currentTarget: { value } }) => change({ minutes: value })}
        />
        <Stack gap={4}>
          <Text size="sm" fw={600} id="prefer-label">
            {settings.prefer}
          </Text>
          <Text size="xs" c="var(--quiet)">
            {settings.preferAbout}
          </Text>
          <Choice
            aria-labelledby="prefer-label"
            size="xs"
            value={form.prefer}
            onChange={choose}
            data={preferences.map((each) => ({ value: each, label: settings.preferences[each] }))}
          />
        </Stack>
      </SimpleGrid>
    </>
  );
}
