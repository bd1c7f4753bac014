/** @file Whatever is dropped on the page: a folder of a thousand pictures, broken and huge ones, and files that are none. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import sharp from "sharp";
import { expect, it } from "vitest";
import { openFreshPage } from "../studio/browser.js";
import { describePlayground } from "./describe-playground.js";
import { writePictures } from "./lesson-pictures.js";

const shots = process.env["ATELIER_SHOTS"];
describePlayground("dropped pictures", (place) => {
  const { folder } = place;

  it("are taken as far as they are of use, and the page says what is not", async () => {
    const [picture = ""] = await writePictures(folder, 1);
    const many = join(folder, "many");
    mkdirSync(join(many, "inside"), { recursive: true });
    for (let i = 0; i < 1000; i++) copyFileSync(picture, join(many, `picture-${i}.png`));
    writeFileSync(join(many, "0-cut.png"), readFileSync(picture).subarray(0, 60));
    writeFileSync(join(many, "1-text.jpg"), "no picture at all");
    writeFileSync(join(many, "2-empty.webp"), "");
    // A few kilobytes that would be gigabytes.
    const blank = { width: 16_000, height: 16_000, channels: 3, background: "#888" } as const;
    await sharp({ create: blank, limitInputPixels: false }).png().toFile(join(many, "3-huge.png"));
    const large = { width: 4_000, height: 3_000, channels: 3, background: "#2a6" } as const;
    await sharp({ create: large }).jpeg().toFile(join(many, "4-large.jpg"));
    writeFileSync(join(many, "notes.txt"), "about them");
    writeFileSync(join(many, ".DS_Store"), "");

    await using opened = await openFreshPage(place.browser, place.server.address, {
      locale: "en-US",
    });
    const { page, problems } = opened;
    await page.getByRole("button", { name: "Fetch it" }).click();
    await page.getByText("Drop pictures here").waitFor({ timeout: 120_000 });
    await drop(page, [many]);
    await page.getByText("20 pictures").waitFor({ timeout: 60_000 });
    await page.getByText(/expected at most 20, got 1005\. The first 20 are taken/).waitFor();
    await page.getByText(/no whole pictures: 0-cut\.png, 1-text\.jpg, 2-empty\.webp\./).waitFor();
    await page.getByText(/more than 134 million pixels: 3-huge\.png\./).waitFor();
    await page.getByText("Left out: 2 files that are no pictures.").waitFor();
    await page.getByText("Left out: 1 folder inside. Drop it by itself.").waitFor();
    if (shots !== undefined)
      await page.screenshot({ path: join(shots, "many.png"), fullPage: true });
    // What was large is as small as the lesson has use for.
    const small = page.getByAltText("4-large.jpg.png");
    const side = await small.evaluate((image) => (image as HTMLImageElement).naturalHeight);
    expect(side).toBe(256);

    await page.getByRole("button", { name: "Remove all" }).click();
    await drop(page, [join(many, "notes.txt")]);
    await page.getByText(/expected PNG, JPEG, WebP or AVIF, got none of these/).waitFor();
    await drop(page, [join(many, "inside")]);
    await page.getByText(/expected PNG, JPEG, WebP or AVIF, got none of these/).waitFor();
    await drop(page, [picture]);
    await page.getByText("1 picture", { exact: true }).waitFor();
    expect(await page.getByText(/got none of these/).count()).toBe(0);
    expect(problems).toEqual([]);
  });
});

/** Drops files and folders as a person does, by the browser's own events. */
async function drop(page: Page, files: readonly string[]): Promise<void> {
  const place = page.locator(".drop");
  await place.scrollIntoViewIfNeeded();
  const box = await place.boundingBox();
  if (box === null) throw new Error("expected the place on the page");
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const [x, y] = [box.x + box.width / 2, box.y + 16];
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x, y, data });
  }
  await session.detach();
}
