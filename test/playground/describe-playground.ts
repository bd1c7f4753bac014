/** @file Tests of the playground in a real browser, whose page is served as bare files; skipped aloud where there is no browser. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "@playwright/test";
import { afterAll, beforeAll, describe } from "vitest";
import { chromiumPath, launchBrowser } from "../studio/browser.js";
import { type FolderServer, serveFolder } from "./serve-folder.js";

/** The page as it is built. */
export const built: string = fileURLToPath(new URL("../../apps/playground/dist", import.meta.url));

/** What tests have; browser and server only while they run. */
export interface Place {
  /** Of their own. */
  readonly folder: string;
  readonly browser: Browser;
  readonly server: FolderServer;
}

/** Declares tests that share a browser and a server. */
export function describePlayground(title: string, declare: (place: Place) => void): void {
  const isSkipped = chromiumPath === undefined;
  const name = isSkipped ? `${title} (skipped: no Chromium here)` : title;
  describe.skipIf(isSkipped)(name, () => {
    const folder = mkdtempSync(join(tmpdir(), "atelier-playground-"));
    let server: FolderServer;
    let browser: Browser;
    beforeAll(async () => {
      [server, browser] = await Promise.all([serveFolder(built), launchBrowser()]);
    });
    afterAll(async () => {
      await browser.close();
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });
    declare({
      folder,
      get browser() {
        return browser;
      },
      get server() {
        return server;
      },
    });
  });
}
