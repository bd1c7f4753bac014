/** @file A library of 10,000 pictures and 1,000 runs in a real browser: how soon there is something to see, and no gaps after a jump. */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePng } from "@atelier/diffusion/files";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser, openFreshPage } from "./browser.js";
import { fillLibrary } from "./fill-library.js";
import { type StartedStudio, startStudio } from "./start-studio.js";

const name =
  chromiumPath === undefined ? "a large library (skipped: no Chromium here)" : "a large library";

describe.skipIf(chromiumPath === undefined)(name, () => {
  const library = mkdtempSync(join(tmpdir(), "atelier-large-"));
  let studio: StartedStudio;
  let browser: Browser;

  beforeAll(async () => {
    {
      await using small = await startStudio({ library });
      const { dataset, run } = await fillLibrary(small);
      for (let index = 0; index < 10_000; index++) {
        const shade = Uint8Array.from(
          { length: 3 * 16 * 16 },
          (_, i) => (index >> (8 * (i % 3))) & 255,
        );
        const png = await encodePng({ width: 16, height: 16, data: shade });
        writeFileSync(join(library, "datasets", dataset, `${index}.png`), png);
        writeFileSync(join(library, "datasets", dataset, `${index}.txt`), `shade ${index}`);
      }
      for (let index = 1; index < 1_000; index++) {
        cpSync(join(library, "runs", run), join(library, "runs", `${run}-${index}`), {
          recursive: true,
          filter: (path) => !/checkpoints|\.safetensors$|last$/.test(path),
        });
      }
    }
    [studio, browser] = await Promise.all([startStudio({ library }), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await studio[Symbol.asyncDispose]();
    rmSync(library, { recursive: true });
  });

  it.each([
    ["/pictures/mugs", 'img[src*="/thumbnail"], img[src*="/api/datasets/"]'],
    ["/runs", 'a[href*="/runs/"]'],
  ])("shows %s within a second, once it is known", async (path, first) => {
    for (const state of ["for the first time", "known"]) {
      await using opened = await openFreshPage(browser, studio.address);
      const { page } = opened;
      await page.getByRole("navigation").first().waitFor();
      await page.goto(studio.origin + path);
      await page.locator(first).first().waitFor({ timeout: 60_000 });
      const { paint, seen } = await timesOf(page, first);
      console.info(
        `${path}, ${state}: painted after ${paint.toFixed(0)} ms, the first after ${seen.toFixed(0)} ms`,
      );
      if (state === "known") expect(paint).toBeLessThan(1_000);
    }
  });

  it("has no gaps after a jump through 10,000 pictures", async () => {
    await using opened = await openFreshPage(browser, studio.address);
    const { page } = opened;
    await page.goto(`${studio.origin}/pictures/mugs`);
    await page.locator('img[src*="/api/datasets/"]').first().waitFor();
    const inView = () =>
      page.evaluate(() =>
        [...document.images]
          .filter((image) => {
            const { top, bottom } = image.getBoundingClientRect();
            return bottom > 0 && top < innerHeight && image.src.includes("/api/datasets/");
          })
          .map(({ src, complete, naturalWidth }) => ({
            src,
            isWhole: complete && naturalWidth > 0,
          })),
      );
    const before = new Set((await inView()).map(({ src }) => src));
    const scrolled = Date.now();
    await page.mouse.move(600, 500);
    await page.mouse.wheel(0, 100_000);
    await expect
      .poll(
        async () => {
          const now = await inView();
          return now.length > 3 && now.every(({ src, isWhole }) => isWhole && !before.has(src));
        },
        { timeout: 20_000, interval: 50 },
      )
      .toBe(true);
    console.info(`all pictures in view ${Date.now() - scrolled} ms after a jump`);
  });
});

/** Milliseconds from the request for the page to its first paint, and to what was waited for. */
async function timesOf(page: Page, first: string): Promise<{ paint: number; seen: number }> {
  return page.evaluate((selector) => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
    const element = document.querySelector(selector);
    const image = element instanceof HTMLImageElement ? element.currentSrc : undefined;
    const loaded = image === undefined ? undefined : performance.getEntriesByName(image)[0];
    const seen =
      loaded instanceof PerformanceResourceTiming ? loaded.responseEnd : performance.now();
    return { paint, seen };
  }, first);
}
