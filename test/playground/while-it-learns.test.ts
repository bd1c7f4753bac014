/** @file The page while a lesson goes on: clicks are heard at once, and a tab that nobody looks at goes on learning. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser, openFreshPage } from "../studio/browser.js";
import { writePictures } from "./lesson-pictures.js";
import { type FolderServer, serveFolder } from "./serve-folder.js";

const built = fileURLToPath(new URL("../../apps/playground/dist", import.meta.url));
const long = { timeout: 300_000 };
const name =
  chromiumPath === undefined
    ? "a lesson under way (skipped: no Chromium here)"
    : "a lesson under way";

describe.skipIf(chromiumPath === undefined)(name, () => {
  const folder = mkdtempSync(join(tmpdir(), "atelier-learns-"));
  let server: FolderServer;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      serveFolder(built, { isolates: true }),
      launchBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it("hears clicks, shows memory, and goes on without frames and timers of the page", async () => {
    await using opened = await openFreshPage(browser, server.address, { locale: "en-US" });
    const { page, problems } = opened;
    await page.getByRole("button", { name: "Fetch it" }).click();
    await page.getByRole("button", { name: "Draw" }).waitFor(long);
    await page.locator("input[type=file]").setInputFiles(await writePictures(folder, 3));
    await page.getByText("3 pictures").waitFor();
    await page.getByLabel("Steps").fill("400");
    await page.getByRole("button", { name: "Teach" }).click();
    await page.getByText(/^Step \d of 400, .* left · [1-9]\d+ MB of memory/).waitFor(long);

    const waits: number[] = [];
    for (let click = 0; click < 10; click++) waits.push(await millisecondsOfClick(page));
    waits.sort((a, b) => a - b);
    // Of other programs on the machine the slowest ones may tell.
    expect(waits[5]).toBeLessThan(100);

    // A tab in the background gets few frames, and its timers are slowed; here it gets none.
    await page.evaluate(() => {
      const never = () => 0;
      Object.assign(globalThis, {
        requestAnimationFrame: never,
        setTimeout: never,
        setInterval: never,
      });
    });
    const before = await page.locator("circle").count();
    await page.waitForFunction(
      (count) => document.querySelectorAll("circle").length > count,
      before + 3,
      long,
    );
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped.").waitFor(long);
    expect(problems).toEqual([]);
  });
});

/** From a click on the button of the other language, as the browser's own process times it, until the page has changed. */
async function millisecondsOfClick(page: Page): Promise<number> {
  const button = page.getByRole("button", { name: /^(한국어|English)$/ });
  const waited = button.evaluate(
    (element) =>
      new Promise<number>((resolve) => {
        element.addEventListener(
          "click",
          ({ timeStamp }) => {
            new MutationObserver((_, observer) => {
              observer.disconnect();
              resolve(performance.now() - timeStamp);
            }).observe(element, { characterData: true, childList: true, subtree: true });
          },
          { once: true },
        );
      }),
  );
  await button.click();
  return waited;
}
