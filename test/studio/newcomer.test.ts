/** @file The way of a newcomer in a real browser, with nothing but the mouse and a few words: from pictures to a drawn picture. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePng } from "@atelier/diffusion/files";
import type { Browser } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser, openFreshPage } from "./browser.js";
import { type StartedStudio, startStudio } from "./start-studio.js";

const name = chromiumPath === undefined ? "a newcomer (skipped: no Chromium here)" : "a newcomer";

describe.skipIf(chromiumPath === undefined)(name, () => {
  const folder = mkdtempSync(join(tmpdir(), "atelier-newcomer-"));
  let studio: StartedStudio;
  let browser: Browser;

  beforeAll(async () => {
    [studio, browser] = await Promise.all([startStudio(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await studio[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it("goes from pictures through a training to a drawing", async () => {
    const files = await writePictures(join(folder, "my mug"), 5);
    await using opened = await openFreshPage(browser, studio.address, { locale: "en-US" });
    const { page, problems } = opened;
    page.setDefaultTimeout(120_000);

    await page.getByRole("link", { name: "Pictures" }).first().click();
    await page.locator("input[type=file][accept]").first().setInputFiles(files);
    // Loose pictures make a set, which is opened or shown as a card.
    const card = page.getByRole("link", { name: /Pictures/ }).filter({ hasText: "5 pictures" });
    const train = page.getByRole("link", { name: "Train with these" });
    await card.or(train).first().waitFor();
    if (!(await train.isVisible())) await card.first().click();
    await train.click();

    await page.getByRole("radio", { name: /A person or thing/ }).check();
    await page.getByLabel("What it is").fill("mug");
    await page.getByLabel("Steps", { exact: true }).fill("12");
    const start = page.getByRole("button", { name: "Start training" });
    await page.getByText(/needs .* of .*/).waitFor();
    await start.click();

    await page.waitForURL(/\/(runs|queue)\//);
    const draw = page.getByRole("link", { name: /^Draw with/ });
    await draw.first().waitFor({ timeout: 600_000 });
    await draw.first().click();

    await page.waitForURL(/\/draw/);
    await page.getByLabel("Prompt", { exact: true }).fill("sks mug on a blue background");
    await page.getByRole("button", { name: /^Draw( \d+ pictures)?$/ }).click();
    const drawn = page.locator('img[src*="/api/drawings/"]').first();
    await drawn.waitFor({ timeout: 300_000 });
    await expect
      .poll(() => drawn.evaluate((image: HTMLImageElement) => image.naturalWidth), {
        timeout: 60_000,
      })
      .toBe(64);
    // A run has no folder until its job has begun; its page asks until it has.
    const others = problems.filter((problem) => !/^404 .*\/api\/runs\/[^/]+$/.test(problem));
    expect(others).toEqual([]);
  });
});

/** A red mug on grounds of their own, with captions beside them. */
async function writePictures(to: string, count: number): Promise<string[]> {
  mkdirSync(to);
  const files: string[] = [];
  for (let index = 0; index < count; index++) {
    const [width, height] = [64, 64];
    const data = new Uint8Array(3 * width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const isMug = x > 18 + index && x < 44 + index && y > 20 && y < 52 - index;
        const ground = [40 * index, 120 + 20 * index, 200 - 30 * index];
        data.set(isMug ? [200, 40, 40] : ground, 3 * (y * width + x));
      }
    }
    const path = join(to, `${index}.png`);
    writeFileSync(path, await encodePng({ width, height, data }));
    writeFileSync(join(to, `${index}.txt`), "sks mug on a plain background");
    files.push(path, join(to, `${index}.txt`));
  }
  return files;
}
