/** @file A page that is closed while it teaches asks first, and what was learned is kept until it is gone on with or deleted. */

import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, it } from "vitest";
import { openFreshPage } from "../studio/browser.js";
import { describePlayground } from "./describe-playground.js";
import { writePictures } from "./lesson-pictures.js";

const shots = process.env["ATELIER_SHOTS"];
const long = { timeout: 300_000 };
describePlayground("a kept lesson", (place) => {
  const { folder } = place;

  const fetchModel = async (page: Page) => {
    await page.getByRole("button", { name: "Fetch it" }).click();
    await page.getByRole("button", { name: "Draw" }).waitFor(long);
  };

  it("is offered by the next page, goes on where it was, and is deleted on demand", async () => {
    await using opened = await openFreshPage(place.browser, place.server.address, {
      locale: "en-US",
    });
    const { page, problems } = opened;
    await fetchModel(page);
    await page.locator("input[type=file]").setInputFiles(await writePictures(folder, 3));
    await page.getByText("3 pictures").waitFor();
    await page.getByLabel("Steps").fill("25");
    await page.getByRole("button", { name: "Teach" }).click();
    await page.getByText(/^Step 1[1-9] of 25/).waitFor(long);

    // Two tabs would write over each other's lessons.
    const other = await page.context().newPage();
    await other.goto(place.server.address);
    await other.getByText("“a sks robot” was left at step 10 of 25.").waitFor(long);
    await fetchModel(other);
    await other.getByRole("button", { name: "Go on" }).click();
    await other.getByText(/expected no other tab that learns, got one/).waitFor(long);

    const asked = page.waitForEvent("dialog");
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.accept();

    await other.reload();
    await other.getByText(/was left at step [12]0 of 25/).waitFor(long);
    if (shots !== undefined)
      await other.screenshot({ path: join(shots, "kept.png"), fullPage: true });
    await fetchModel(other);
    await other.getByRole("button", { name: "Go on" }).click();
    // Also what was before is shown: the curve has its first steps.
    await other.getByText(/^Step (1[1-9]|2\d) of 25/).waitFor(long);
    expect(await other.locator("circle").count()).toBeGreaterThan(10);
    await other.getByRole("link", { name: "Download the adapter" }).waitFor(long);
    await other.getByText("“a sks robot” is learned, in 25 steps.").waitFor(long);

    await other.reload();
    await fetchModel(other);
    await other.getByRole("button", { name: "Open it" }).click();
    await other.getByRole("link", { name: "Download the adapter" }).waitFor(long);
    await other.getByRole("button", { name: "Draw" }).click();
    await other.getByAltText("a cat on a blue background, seed 7").waitFor(long);
    await other.getByRole("button", { name: "Delete it" }).click();
    await other.getByText(/is learned, in/).waitFor({ state: "detached" });
    await other.reload();
    await fetchModel(other);
    expect(await other.getByText(/is learned, in/).count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
