/**
 * @file Every page in both languages at the width of a telephone and of a desk: nothing overflows, nothing is left
 * untranslated, nothing is inaccessible, no script fails and no request leaves the machine. `ATELIER_SHOTS=<folder>`
 * keeps a picture of each.
 */

import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser, openFreshPage } from "./browser.js";
import { type Filled, fillLibrary } from "./fill-library.js";
import { overflowing, seriousFindings, untranslated, visibleTexts } from "./look-at-page.js";
import { type StartedStudio, startStudio } from "./start-studio.js";

const shots = process.env["ATELIER_SHOTS"];
const title = chromiumPath === undefined ? "pages (skipped: no Chromium here)" : "pages";

describe.skipIf(chromiumPath === undefined)(title, () => {
  let studio: StartedStudio;
  let browser: Browser;
  let filled: Filled;

  beforeAll(async () => {
    [studio, browser] = await Promise.all([startStudio(), launchBrowser()]);
    filled = await fillLibrary(studio);
  });
  afterAll(async () => {
    await browser.close();
    await studio[Symbol.asyncDispose]();
  });

  // Each language, width and light with each other one.
  const views = [
    { language: "en", width: 390, light: "light" },
    { language: "en", width: 1440, light: "dark" },
    { language: "ko", width: 390, light: "dark" },
    { language: "ko", width: 1440, light: "light" },
  ] as const;
  it.each(views)("are whole in $language at $width pixels, $light", async (view) => {
    const { language, width, light } = view;
    await using opened = await openFreshPage(browser, studio.address, {
      locale: language === "ko" ? "ko-KR" : "en-US",
      viewport: { width, height: 900 },
      colorScheme: light,
      reducedMotion: "reduce",
    });
    const { page, problems } = opened;
    const found: Record<string, readonly string[]> = {};
    for (const [name, path] of Object.entries(pathsOf(filled))) {
      await page.goto(`${studio.origin}${path}`);
      await page.locator("main h1").first().waitFor();
      await page.waitForLoadState("networkidle").catch(() => {});
      await page.waitForTimeout(500);
      if (shots !== undefined) {
        await page.screenshot({ path: join(shots, `${name}-${language}-${width}-${light}.png`) });
      }
      const texts = language === "ko" ? untranslated(await visibleTexts(page)) : [];
      const all = [...(await overflowing(page)), ...(await seriousFindings(page)), ...texts];
      if (all.length > 0) found[name] = all;
    }
    expect(found).toEqual({});
    expect(problems).toEqual([]);
  });
});

/** Every page by name, with something to show. */
function pathsOf({ dataset, run, item, job }: Filled): Readonly<Record<string, string>> {
  return {
    start: "/",
    pictures: "/pictures",
    dataset: `/pictures/${dataset}`,
    train: `/train?dataset=${dataset}`,
    runs: "/runs",
    run: `/runs/${run}`,
    compare: `/compare?runs=${run}`,
    draw: "/draw",
    library: "/library",
    item: `/library/${item}`,
    queue: "/queue",
    job: `/queue/${job}`,
  };
}
