/** @file The few settings that most trainings touch, the presets, and all others behind a button. */

import { Button, Group, Stack, Switch } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { AllSettings } from "./all-settings.js";
import { Choice } from "./choice.js";
import { isRead } from "./compose-settings.js";
import { useDesk } from "./desk.js";
import { ImportSettings } from "./import-settings.js";
import { Presets } from "./presets.js";
import { SearchChoice } from "./search-choice.js";
import { Section } from "./section.js";
import { SettingRow } from "./setting-row.js";
import { preferences } from "./train-form.js";
import { YamlView } from "./yaml-view.js";

/** Settings. */
export function SettingsSection() {
  const { form, change } = useDesk();
  const { settings: text } = useText().train;
  const changed = Object.keys(form.values).length;
  return (
    <Section title={text.title} about={text.about}>
      <SearchChoice />
      {!form.isSearch && <Presets />}
      <Stack gap={4}>
        {!form.isSearch && <CourseSettings />}
        <SizeSettings />
        {!form.isSearch && <WatchSettings />}
      </Stack>
      <AllSettings />
      <Group gap="xs">
        <ImportSettings />
        <YamlView />
        {changed > 0 && (
          <Button variant="subtle" color="gray" onClick={() => change({ values: {} })}>
            {text.resetAll}
          </Button>
        )}
      </Group>
    </Section>
  );
}

/** How long and how fast. */
function CourseSettings() {
  const { settings: text } = useText().train;
  return (
    <>
      <SettingRow path="steps" label={text.steps} about={text.stepsAbout} />
      <SettingRow path="learningRate" label={text.rate} about={text.rateAbout} />
    </>
  );
}

/** What decides about memory as well. */
function SizeSettings() {
  const { composed } = useDesk();
  const { settings: text } = useText().train;
  return (
    <>
      {isRead("lora.rank", composed.technique) && (
        <SettingRow path="lora.rank" label={text.rank} about={text.rankAbout} />
      )}
      <SettingRow path="batchSize" label={text.batch} about={text.batchAbout} />
      <SettingRow
        path="data.width"
        also={["data.height"]}
        label={text.size}
        about={text.sizeAbout}
      />
    </>
  );
}

/** Whether it is watched, and what follows. */
function WatchSettings() {
  const { form, set, composed, usualOf } = useDesk();
  const { settings: text, all } = useText().train;
  const share = composed.all.get("watch.share");
  const isWatched = typeof share !== "number" || share > 0;
  const prefer = form.values["watch.prefer"] ?? usualOf("watch.prefer");
  return (
    <>
      <SettingRow path="watch.share" label={text.watch} about={text.watchAbout}>
        {(id) => (
          <Switch
            id={id}
            checked={isWatched}
            label={isWatched ? all.yes : all.no}
            aria-labelledby={`${id}-label`}
            aria-describedby={`${id}-about`}
            onChange={({ currentTarget: { checked } }) =>
              set({ "watch.share": checked ? undefined : "0" })
            }
          />
        )}
      </SettingRow>
      {isWatched && <SettingRow path="watch.act" label={text.act} about={text.actAbout} />}
      {isWatched && (
        <SettingRow path="watch.prefer" label={text.prefer} about={text.preferAbout}>
          {(id) => (
            <Choice
              id={id}
              fullWidth
              size="xs"
              aria-labelledby={`${id}-label`}
              value={typeof prefer === "string" ? prefer : "likeness"}
              onChange={(value) => set({ "watch.prefer": value })}
              data={preferences.map((each) => ({ value: each, label: text.preferences[each] }))}
            />
          )}
        </SettingRow>
      )}
    </>
  );
}
