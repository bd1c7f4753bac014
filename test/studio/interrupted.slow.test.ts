/** @file A Studio that is killed under a training, with two tabs open: both tabs go on by themselves, and so does the training. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callRoute, type Job, routes } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser, openFreshPage } from "./browser.js";
import { fillLibrary } from "./fill-library.js";
import { type StartedStudio, startStudio } from "./start-studio.js";

const title = chromiumPath === undefined ? "a Studio (skipped: no Chromium here)" : "a Studio";

describe.skipIf(chromiumPath === undefined)(title, () => {
  it("goes on after it was killed, for every tab", async () => {
    const library = mkdtempSync(join(tmpdir(), "atelier-killed-"));
    const first = await startStudio({ library });
    const { dataset } = await fillLibrary(first);
    const config = { name: "killed", steps: 60, saveEverySteps: 5, watch: { share: 0 } };
    const body = { request: { kind: "train", datasets: [dataset], config } } as const;
    const { id } = await callRoute(serverOf(first), routes.jobs.create, { body });
    await until(first, id, ({ progress, state }) => {
      expect(state).not.toBe("failed");
      return progress?.stage === "step" && progress.done > 10;
    });

    const browser = await launchBrowser();
    await using one = await openFreshPage(browser, `${first.origin}/queue/${id}#key=${first.key}`);
    await using other = await openFreshPage(browser, `${first.origin}/runs#key=${first.key}`);
    await one.page.locator("main h1").waitFor();
    await other.page.locator("main h1").waitFor();
    await first.kill();

    const port = Number(new URL(first.origin).port);
    await using second = await startStudio({ library, port });
    const done = await until(second, id, ({ state }) => !["waiting", "running"].includes(state));
    expect(done).toMatchObject({ state: "done", attempt: 2 });
    // Nobody has touched the tabs.
    const result = one.page.getByRole("link", { name: /killed/ });
    await result.first().waitFor({ timeout: 60_000 });
    await other.page.getByText("killed").first().waitFor({ timeout: 60_000 });
    await browser.close();
    rmSync(library, { recursive: true, force: true });
  });
});

const serverOf = ({ origin, key }: StartedStudio) => ({ origin, token: key });

/** Asks for a job until it is as wanted. */
async function until(
  studio: StartedStudio,
  job: string,
  isWanted: (job: Job) => boolean,
): Promise<Job> {
  for (;;) {
    const found = await callRoute(serverOf(studio), routes.jobs.get, { params: { job } });
    if (isWanted(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
