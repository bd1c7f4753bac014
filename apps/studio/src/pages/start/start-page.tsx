/** @file The page "start": what Atelier is, three ways on, the demo, and what was done last. */

import { Stack } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { PageTitle } from "../../parts/page-title.js";
import { DemoSection } from "./demo-section.js";
import { LatestDrawings, LatestRuns, RunningNow } from "./latest.js";
import { Ways } from "./ways.js";

/** The page. */
export function StartPage() {
  const { start } = useText();
  return (
    <>
      <PageTitle title={start.title} about={start.about} />
      <Stack gap="xl">
        <Ways />
        <DemoSection />
        <RunningNow />
        <LatestRuns />
        <LatestDrawings />
      </Stack>
    </>
  );
}
