/** @file A training that has learned enough for whoever looks at it: one click ends it with a result to draw with. */

import { callRoute, type Job, routes } from "@atelier/server/api";
import type { Browser } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser, openFreshPage } from "./browser.js";
import { fillLibrary } from "./fill-library.js";
import { type StartedStudio, startStudio } from "./start-studio.js";

const title = chromiumPath === undefined ? "a training (skipped: no Chromium here)" : "a training";

describe.skipIf(chromiumPath === undefined)(title, () => {
  let studio: StartedStudio;
  let browser: Browser;
  let dataset: string;

  beforeAll(async () => {
    [studio, browser] = await Promise.all([startStudio(), launchBrowser()]);
    ({ dataset } = await fillLibrary(studio));
  });
  afterAll(async () => {
    await browser.close();
    await studio[Symbol.asyncDispose]();
  });

  const serverOf = () => ({ origin: studio.origin, token: studio.key });

  it("is ended with its best so far from the page of its run", async () => {
    const config = { name: "enough", steps: 100_000, samples: { everySteps: 0 } };
    const body = { request: { kind: "train", datasets: [dataset], config } } as const;
    const { id: job, run = "" } = await callRoute(serverOf(), routes.jobs.create, { body });
    const get = (): Promise<Job> => callRoute(serverOf(), routes.jobs.get, { params: { job } });
    const stage = async () => (await get()).progress?.stage;
    await expect.poll(stage, { timeout: 120_000 }).toBe("step");

    const address = `${studio.origin}/runs/${run}#key=${studio.key}`;
    await using opened = await openFreshPage(browser, address, { locale: "en-US" });
    const { page, problems } = opened;
    page.setDefaultTimeout(120_000);
    const finish = page.getByRole("button", { name: "Keep best and stop" });
    await finish.hover();
    await page
      .getByRole("tooltip")
      .getByText(/its result is the best step so far/)
      .waitFor();
    await finish.click();
    await page.getByText(/ · Ends with the best so far/).waitFor();
    expect(await finish.getAttribute("aria-disabled")).toBe("true");
    await page.getByRole("link", { name: "Draw with it" }).first().waitFor();
    await finish.waitFor({ state: "detached" });
    expect(await get()).toMatchObject({
      state: "done",
      outcome: { items: ["enough.safetensors"] },
    });
    expect(problems).toEqual([]);
  });
});
