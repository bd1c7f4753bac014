/**
 * @file The playground in a real browser, served as bare files: it fetches the base, draws, learns five pictures, stops within
 * a step, and gives an adapter that the command line draws with.
 */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { openModelFiles, openSafetensors } from "@atelier/diffusion/files";
import { generate, loadPipeline, readAdapter } from "@atelier/diffusion/pipeline";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import type { Page } from "@playwright/test";
import { expect, it } from "vitest";
import { openFreshPage } from "../studio/browser.js";
import { overflowing, seriousFindings, visibleTexts } from "../studio/look-at-page.js";
import { built, describePlayground } from "./describe-playground.js";
import { writePictures } from "./lesson-pictures.js";

const model = fileURLToPath(new URL("../../packages/base/model", import.meta.url));
const shots = process.env["ATELIER_SHOTS"];
describePlayground("the playground", (place) => {
  const { folder } = place;

  it("draws, learns, stops, and gives what it learned away", async () => {
    await using opened = await openFreshPage(place.browser, place.server.address, {
      locale: "en-US",
    });
    const { page, problems } = opened;
    page.setDefaultTimeout(120_000);
    await page.getByRole("button", { name: "Fetch it" }).click();
    await page.getByRole("button", { name: "Draw" }).waitFor();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);

    await page.getByLabel("Prompt", { exact: true }).fill("a cat on a blue background");
    await page.getByLabel("Seed").fill("7");
    await page.getByRole("button", { name: "Draw" }).click();
    const drawn = page.getByAltText("a cat on a blue background, seed 7");
    await drawn.waitFor({ timeout: 300_000 });
    // What the command line draws by the same prompt and seed, but for rounding.
    expect(apart(await pixelsOf(page, drawn), await drawnHere())).toBeLessThanOrEqual(2);

    const pictures = await writePictures(folder, 5);
    await page.locator("input[type=file]").setInputFiles(pictures);
    await page.getByText("5 pictures").waitFor();
    await page.getByLabel("Its name in prompts").fill("sks");
    await page.getByLabel("Steps").fill("400");
    await page.getByRole("button", { name: "Teach" }).click();
    await page.getByText(/^Step [3-9] of 400/).waitFor({ timeout: 300_000 });
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped.").waitFor({ timeout: 30_000 });

    await page.getByLabel("Steps").fill("12");
    await page.getByRole("button", { name: "Teach" }).click();
    const link = page.getByRole("link", { name: "Download the adapter" });
    await page
      .getByAltText(/Drawn after step/)
      .first()
      .waitFor({ timeout: 300_000 });
    await link.waitFor({ timeout: 300_000 });
    if (shots !== undefined)
      await page.screenshot({ path: join(shots, "playground.png"), fullPage: true });
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const adapter = join(folder, download.suggestedFilename());
    await download.saveAs(adapter);
    await expectAdapter(adapter);

    await page.getByLabel("Prompt", { exact: true }).fill("a sks robot");
    await page.getByRole("button", { name: "Draw" }).click();
    await page.getByAltText("a sks robot, seed 8").waitFor({ timeout: 300_000 });
    expect(problems).toEqual([]);
  });

  it.each(["en-US", "ko-KR"])("is whole in %s at 390 pixels", async (locale) => {
    await using opened = await openFreshPage(place.browser, place.server.address, {
      locale,
      viewport: { width: 390, height: 844 },
    });
    const { page, problems } = opened;
    await page.getByRole("button", { name: locale === "ko-KR" ? "내려받기" : "Fetch it" }).click();
    const teach = page.getByRole("button", { name: locale === "ko-KR" ? "가르치기" : "Teach" });
    await teach.waitFor({ timeout: 120_000 });
    if (shots !== undefined)
      await page.screenshot({ path: join(shots, `playground-${locale}.png`), fullPage: true });
    expect(await overflowing(page)).toEqual([]);
    expect(await seriousFindings(page)).toEqual([]);
    const texts = await visibleTexts(page);
    const hangul = /\p{Script=Hangul}/u;
    const foreign = texts.filter(
      (text) => /\p{L}{2}/u.test(text) && hangul.test(text) !== (locale === "ko-KR"),
    );
    const other = locale === "ko-KR" ? "English" : "한국어";
    expect(foreign.filter((text) => text !== other && !/^Atelier/.test(text))).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("fetches what it says, at most 35 MB where the server compresses, and once", async () => {
    await using opened = await openFreshPage(place.browser, place.server.address, {
      locale: "en-US",
    });
    const { page, problems } = opened;
    const said = await page.getByText(/^\d+ MB, once/).textContent();
    place.server.served.length = 0;
    await page.getByRole("button", { name: "Fetch it" }).click();
    await page.getByRole("button", { name: "Draw" }).waitFor({ timeout: 120_000 });
    const fetched = new Set(place.server.served.filter((path) => path !== "base/checksums.json"));
    const sizes = [...fetched].map((path) => statSync(join(built, path)).size);
    const megabytes = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1e6);
    expect(Math.abs(Number.parseInt(said ?? "", 10) - megabytes)).toBeLessThanOrEqual(1);
    const scripts = readdirSync(join(built, "assets")).filter((path) => !path.endsWith(".wasm"));
    const all = [...fetched, ...scripts.map((path) => join("assets", path))];
    const compressed = all.map((path) => gzipSync(readFileSync(join(built, path))).length);
    expect(compressed.reduce((sum, size) => sum + size, 0)).toBeLessThan(35e6);

    await page.reload();
    place.server.served.length = 0;
    await page.getByRole("button", { name: "Fetch it" }).click();
    await page.getByRole("button", { name: "Draw" }).waitFor({ timeout: 120_000 });
    expect(place.server.served.filter((path) => /safetensors|wasm$/.test(path))).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("says that files are missing, and begins anew", async () => {
    await using opened = await openFreshPage(place.browser, place.server.address, {
      locale: "en-US",
    });
    const { page } = opened;
    place.server.hidden.add("base/unet/diffusion_pytorch_model.safetensors");
    await page.getByRole("button", { name: "Fetch it" }).click();
    await page.getByText(/expected a file of this page, got none/).waitFor();
    place.server.hidden.clear();
    await page.getByRole("button", { name: "Fetch it" }).click();
    await page.getByRole("button", { name: "Draw" }).waitFor({ timeout: 120_000 });
  });

  /** It changes what the base draws here, and says what it is for. */
  async function expectAdapter(path: string): Promise<void> {
    expect(readFileSync(path).length).toBeGreaterThan(100_000);
    const file = await openSafetensors(nodeFiles, path);
    expect(file.metadata.get("modelspec.trigger_phrase")).toBe("a sks robot");
    await file.close();
    const runtime = createOrtRuntime({ threads: 1 });
    await using pipeline = await loadPipeline(await openModelFiles(nodeFiles, model), {
      runtime,
      files: nodeFiles,
      name: "atelier-embedded",
    });
    const { adapter } = await readAdapter(nodeFiles, path, { base: pipeline });
    const draw = async (adapters: readonly (typeof adapter)[]) => {
      for await (const event of generate(pipeline, { prompt: "a sks robot", seed: 1, adapters })) {
        if (event.type === "image") return event.picture.data;
      }
      throw new Error("expected a picture");
    };
    expect(apart(await draw([adapter]), await draw([]))).toBeGreaterThan(3);
  }
});

/** What this machine draws by the prompt of the test. */
async function drawnHere(): Promise<Uint8Array> {
  const runtime = createOrtRuntime({ threads: 1 });
  await using pipeline = await loadPipeline(await openModelFiles(nodeFiles, model), {
    runtime,
    files: nodeFiles,
  });
  for await (const event of generate(pipeline, { prompt: "a cat on a blue background", seed: 7 })) {
    if (event.type === "image") return event.picture.data;
  }
  throw new Error("expected a picture");
}

/** The picture of an element, `[height, width, 3]`. */
async function pixelsOf(page: Page, image: ReturnType<Page["getByAltText"]>): Promise<Uint8Array> {
  const handle = await image.elementHandle();
  const levels = await page.evaluate(async (element) => {
    const own = element as HTMLImageElement;
    await own.decode();
    const canvas = new OffscreenCanvas(own.naturalWidth, own.naturalHeight);
    const context = canvas.getContext("2d");
    context?.drawImage(own, 0, 0);
    const all = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return [...all].filter((_, i) => i % 4 !== 3);
  }, handle);
  return Uint8Array.from(levels);
}

/** Mean difference of levels. */
function apart(one: Uint8Array, other: Uint8Array): number {
  expect(one.length).toBe(other.length);
  return one.reduce((sum, level, i) => sum + Math.abs(level - (other[i] ?? 0)), 0) / one.length;
}
