/**
 * @file Times in the page, at the width of a telephone in both languages: a job begins later and at once again, it is
 * repeated, and the repetition is changed and ended. What the page asks for is looked up over the API.
 */

import { callRoute, routes } from "@atelier/server/api";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser, openFreshPage } from "./browser.js";
import { overflowing, seriousFindings, untranslated, visibleTexts } from "./look-at-page.js";
import { type StartedStudio, startStudio } from "./start-studio.js";

const title = chromiumPath === undefined ? "times (skipped: no Chromium here)" : "times";

const words = {
  en: {
    ...{ change: "Another time", at: "Begin at", wait: "Wait until then", now: "Begin now" },
    ...{ open: "Repeat …", often: "How often", weekly: "Every week", on: "On", sunday: "Sunday" },
    ...{ time: "At", repeat: "Repeat", pause: "Pause", end: "No longer" },
    said: "every Sunday at 6:30 AM",
  },
  ko: {
    ...{ change: "시각 변경", at: "시작 시각", wait: "예약", now: "지금 시작" },
    ...{ open: "반복…", often: "주기", weekly: "매주", on: "요일", sunday: "일요일" },
    ...{ time: "시각", repeat: "반복", pause: "일시 중지", end: "반복 끝내기" },
    said: "매주 일요일 오전 6:30",
  },
} as const;

describe.skipIf(chromiumPath === undefined)(title, () => {
  let studio: StartedStudio;
  let browser: Browser;

  beforeAll(async () => {
    [studio, browser] = await Promise.all([startStudio(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await studio[Symbol.asyncDispose]();
  });

  it.each(["en", "ko"] as const)("are chosen, changed and taken back, %s", async (language) => {
    const text = words[language];
    const server = { origin: studio.origin, token: studio.key };
    const job = await callRoute(server, routes.jobs.create, {
      body: { request: { kind: "doctor" }, begin: "2099-12-24T22:00:00Z" },
    });
    const begins = async () =>
      (await callRoute(server, routes.jobs.get, { params: { job: job.id } })).begin;
    const repeated = () => callRoute(server, routes.schedules.list, {});
    await using opened = await openFreshPage(browser, studio.address, {
      locale: language === "ko" ? "ko-KR" : "en-US",
      timezoneId: "Asia/Seoul",
      viewport: { width: 390, height: 900 },
      reducedMotion: "reduce",
    });
    const { page, problems } = opened;
    const button = (name: string) => page.getByRole("button", { name, exact: true });

    await page.goto(`${studio.origin}/queue/${job.id}`);
    await button(text.change).click();
    expect(await faultsOf(page, language)).toEqual([]);
    await page.getByLabel(text.at).fill("2098-01-02T03:04");
    await button(text.wait).click();
    await expect.poll(begins).toBe("2098-01-01T18:04:00.000Z");

    await button(text.open).click();
    await page.getByRole("combobox", { name: text.often }).click();
    await page.getByRole("option", { name: text.weekly }).click();
    await page.getByRole("combobox", { name: text.on, exact: true }).click();
    await page.getByRole("option", { name: text.sunday }).click();
    await page.getByLabel(text.time, { exact: true }).fill("06:30");
    expect(await faultsOf(page, language)).toEqual([]);
    await button(text.repeat).click();
    await expect
      .poll(repeated)
      .toMatchObject([{ cron: "30 6 * * 0", zone: "Asia/Seoul", isPaused: false }]);
    await button(text.now).click();
    await expect.poll(begins).toBeUndefined();

    await page.goto(`${studio.origin}/queue`);
    await page.getByText(text.said).waitFor();
    await button(text.pause).click();
    await expect.poll(repeated).toMatchObject([{ isPaused: true }]);
    await button(text.end).click();
    await expect.poll(repeated).toEqual([]);
    expect(problems).toEqual([]);
  });
});

/** What is wrong with a page whose dialog is open. */
async function faultsOf(page: Page, language: "en" | "ko"): Promise<string[]> {
  await page.getByRole("dialog").waitFor();
  const texts = language === "ko" ? untranslated(await visibleTexts(page)) : [];
  return [...(await overflowing(page)), ...(await seriousFindings(page)), ...texts];
}
