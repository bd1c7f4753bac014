/**
 * @file Data care in the page: a finding shows all its pictures in the grid and them alone, also those that no sentence
 * names; what is deleted lies in the trash, which is emptied after a question.
 */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "@atelier/diffusion/files";
import { callRoute, routes } from "@atelier/server/api";
import type { Browser } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser, openFreshPage } from "./browser.js";
import { overflowing, seriousFindings } from "./look-at-page.js";
import { type StartedStudio, startStudio } from "./start-studio.js";

const title = chromiumPath === undefined ? "data care (skipped: no Chromium here)" : "data care";
const dataset = "walls";
const [blank, others] = [8, 3];

/** Walls of one colour each, and patterns. */
async function addPictures(server: { origin: string; token: string }): Promise<void> {
  await callRoute(server, routes.datasets.create, { body: { name: dataset } });
  const form = new FormData();
  for (let number = 0; number < blank + others; number += 1) {
    const isBlank = number < blank;
    const data = new Uint8Array(3 * 64 * 64).map((_, at) =>
      isBlank ? 20 + 25 * number : (at * (number + 3) * 37) % 251,
    );
    const png = await encodePng({ width: 64, height: 64, data });
    form.append("file", new Blob([new Uint8Array(png)]), `${number}.png`);
    form.append("file", new Blob([`number ${number}`]), `${number}.txt`);
  }
  await callRoute(server, routes.datasets.add, { params: { dataset }, body: form });
}

describe.skipIf(chromiumPath === undefined)(title, () => {
  let studio: StartedStudio;
  let browser: Browser;

  beforeAll(async () => {
    [studio, browser] = await Promise.all([startStudio(), launchBrowser()]);
    await addPictures({ origin: studio.origin, token: studio.key });
  });
  afterAll(async () => {
    await browser.close();
    await studio[Symbol.asyncDispose]();
  });

  it("goes from a finding to its pictures, and from the trash to an empty one", async () => {
    const trash = () => readdirSync(join(studio.library, "trash"));
    await using opened = await openFreshPage(browser, studio.address, {
      locale: "en-US",
      viewport: { width: 1440, height: 900 },
      reducedMotion: "reduce",
    });
    const { page, problems } = opened;
    const button = (name: string | RegExp) => page.getByRole("button", { name });
    const shown = async () =>
      Number(await page.getByRole("option").first().getAttribute("aria-setsize"));

    await page.goto(`${studio.origin}/pictures/${dataset}`);
    await expect.poll(shown).toBe(blank + others);
    await page.getByRole("tab", { name: "Check" }).click();
    await button(/^Check the pictures/).click();
    const finding = page.locator("p", { hasText: "Of one colour all over" }).locator("xpath=../..");
    await finding.getByRole("button", { name: `Show all ${blank}` }).click({ timeout: 60_000 });
    await expect.poll(shown).toBe(blank);
    expect(await page.getByRole("option", { selected: true }).count()).toBe(blank);
    expect([...(await overflowing(page)), ...(await seriousFindings(page))]).toEqual([]);
    await finding.getByRole("button", { name: `Delete ${blank}` }).click();
    await expect.poll(shown).toBe(others);
    expect(trash()).toHaveLength(1);

    await page.goto(`${studio.origin}/library`);
    await button("Empty the trash").click();
    await page.getByRole("dialog").getByText("are deleted for good").waitFor();
    expect([...(await overflowing(page)), ...(await seriousFindings(page))]).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Empty the trash" }).click();
    await expect.poll(trash).toEqual([]);
    await page.getByText("The trash is empty").waitFor();
    await page.getByRole("region", { name: "Trash" }).waitFor({ state: "detached" });
    expect(problems).toEqual([]);
  });
});
