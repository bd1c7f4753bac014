/** @file The playground where the browser lacks something: WebGPU, a right graphics card, threads, memory; and where it loses the card. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page, Worker } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser, openFreshPage } from "../studio/browser.js";
import { writePictures } from "./lesson-pictures.js";
import { webGpuArguments } from "./page-runtime.js";
import { type FolderServer, serveFolder } from "./serve-folder.js";

const built = fileURLToPath(new URL("../../apps/playground/dist", import.meta.url));
const shots = process.env["ATELIER_SHOTS"];
const long = { timeout: 300_000 };
const english = { locale: "en-US" };
const name =
  chromiumPath === undefined
    ? "the playground's devices (skipped: no Chromium here)"
    : "the playground's devices";

describe.skipIf(chromiumPath === undefined)(name, () => {
  const folder = mkdtempSync(join(tmpdir(), "atelier-devices-"));
  let server: FolderServer;
  let browser: Browser;
  let pictures: string[];

  beforeAll(async () => {
    pictures = await writePictures(folder, 2);
    [server, browser] = await Promise.all([
      serveFolder(built, { isolates: true }),
      launchBrowser(webGpuArguments),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const fetchModel = async (page: Page, onCard = false) => {
    if (onCard) await page.getByLabel(/On the graphics card/).check();
    await page.getByRole("button", { name: "Fetch it" }).click();
    await page.getByRole("button", { name: "Draw" }).waitFor(long);
  };
  const draw = async (page: Page) => {
    await page.getByRole("button", { name: "Draw" }).click();
    await page.getByAltText(/a cat on a blue background/).waitFor(long);
  };
  const teach = async (page: Page, steps: number) => {
    await page.locator("input[type=file]").setInputFiles(pictures);
    await page.getByText("2 pictures").waitFor();
    await page.getByLabel("Steps").fill(String(steps));
    await page.getByRole("button", { name: "Teach" }).click();
  };
  const hasAdapter = async (page: Page) =>
    page.evaluate(
      async () => "gpu" in navigator && (await navigator.gpu.requestAdapter()) !== null,
    );

  it("are the processor alone where there is no WebGPU", async () => {
    await using opened = await openFreshPage(browser, server.address, english);
    const { page, problems } = opened;
    await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "gpu"));
    await page.reload();
    await page.getByRole("button", { name: "Fetch it" }).waitFor();
    expect(await page.getByLabel(/On the graphics card/).count()).toBe(0);
    await fetchModel(page);
    await page.getByText(/^The processor computes, on/).waitFor();
    expect(problems).toEqual([]);
  });

  it("are the processor where a graphics card computes wrong numbers", async (context) => {
    await using opened = await openFreshPage(browser, server.address, english);
    const { page } = opened;
    if (!(await hasAdapter(page))) context.skip("no WebGPU device here");
    await (await workerOf(page)).evaluate(() => {
      const createShaderModule = Reflect.get<GPUDevice, "createShaderModule">(
        GPUDevice.prototype,
        "createShaderModule",
      );
      GPUDevice.prototype.createShaderModule = function (descriptor) {
        const code = descriptor.code.replaceAll("exp(", "exp2(");
        return createShaderModule.call(this, { ...descriptor, code });
      };
    });
    await fetchModel(page, true);
    await page
      .getByText(/cannot be used \(it computes wrong numbers, off by .*\)\. The processor computes/)
      .waitFor();
    await draw(page);
  });

  it("lose the graphics card in the middle of a lesson, which goes on on the processor", async (context) => {
    await using opened = await openFreshPage(browser, server.address, english);
    const { page } = opened;
    if (!(await hasAdapter(page))) context.skip("no WebGPU device here");
    await fetchModel(page);
    await teach(page, 14);
    await page.getByText(/^Step 1[0-3] of 14/).waitFor(long);
    await page.getByRole("button", { name: "Stop" }).click();
    const kept = page.getByText(/“a sks robot” was left at step 1\d of 14/);
    await kept.waitFor(long);
    const left = await kept.textContent();

    await page.reload();
    await (await workerOf(page)).evaluate(() => {
      const requestDevice = Reflect.get<GPUAdapter, "requestDevice">(
        GPUAdapter.prototype,
        "requestDevice",
      );
      GPUAdapter.prototype.requestDevice = async function (descriptor) {
        const device = await requestDevice.call(this, descriptor);
        const { queue } = device;
        const submit = queue.submit.bind(queue);
        // Between two operators of a run.
        queue.submit = (commands) => {
          submit(commands);
          if ("isLosing" in globalThis) device.destroy();
        };
        return device;
      };
    });
    await fetchModel(page, true);
    await page.getByText("The graphics card computes.").waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("Preparing the first step").waitFor(long);
    await (await workerOf(page)).evaluate(() => Object.assign(globalThis, { isLosing: true }));
    await page
      .getByText(/The graphics card was lost \(.+\); from now on the processor/)
      .waitFor(long);
    await page.getByText(/^The processor computes, on/).waitFor(long);
    expect(await kept.textContent()).toBe(left);
    if (shots !== undefined)
      await page.screenshot({ path: join(shots, "lost.png"), fullPage: true });
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("“a sks robot” is learned, in 14 steps.").waitFor(long);
    await page.getByRole("link", { name: "Download the adapter" }).waitFor();
  });

  it("have one thread where the page is not isolated", async () => {
    await using bare = await serveFolder(built);
    bare.hidden.add("isolate.js");
    await using opened = await openFreshPage(browser, bare.address, english);
    const { page } = opened;
    await fetchModel(page);
    await page
      .getByText(/The processor computes, on one thread\. The page is not isolated/)
      .waitFor();
    await draw(page);
  });

  it("say that there is too little memory, at first or in a lesson", async () => {
    for (const megabytes of [0, 96]) {
      await using opened = await openFreshPage(browser, server.address, english);
      const { page } = opened;
      await (await workerOf(page)).evaluate((most) => {
        const Plain = WebAssembly.Memory;
        WebAssembly.Memory = class extends Plain {
          constructor({ maximum = 65_536, ...descriptor }: WebAssembly.MemoryDescriptor) {
            super({ ...descriptor, maximum: Math.min(maximum, most * 16) });
          }
        };
      }, megabytes);
      await fetchModel(page);
      if (megabytes === 0) await page.getByRole("button", { name: "Draw" }).click();
      else await teach(page, 14);
      await page
        .getByText(/memory: expected as much as the model takes, got too little/)
        .waitFor(long);
      // Nothing hangs.
      expect(await page.getByRole("button", { name: "Draw" }).isEnabled()).toBe(true);
    }
  });
});

/** The page's own worker; threads of WebAssembly are others. */
async function workerOf(page: Page): Promise<Worker> {
  const isOwn = (worker: Worker): boolean => worker.url().includes("/worker-");
  return page.workers().find(isOwn) ?? page.waitForEvent("worker", isOwn);
}
