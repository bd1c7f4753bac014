/** @file A real browser for tests: Chromium of the system, by `ATELIER_CHROMIUM` or where Debian and others put it. */

import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "@playwright/test";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The browser's program, where there is one. */
export const chromiumPath: string | undefined = [
  ...(process.env["ATELIER_CHROMIUM"] === undefined ? [] : [process.env["ATELIER_CHROMIUM"]]),
  ...places,
].find((path) => existsSync(path));

/** Starts it. @throws Error where there is none. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error(`browser: expected Chromium in ${places.join(", ")}.`);
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", ...args] });
}

/** A page of a browser that has never been here, and what went wrong on it. */
export interface FreshPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors of its scripts, what the console called errors, and requests to other machines. */
  readonly problems: readonly string[];
}

/** Opens a Studio in a browser without cookies. @param address with the key */
export async function openFreshPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<FreshPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  const { origin } = new URL(address);
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    // Answers that say why not are told by their addresses below.
    const isAnswer = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isAnswer) problems.push(message.text());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    const isOwn = url.startsWith(origin) || /^(data|blob):/.test(url);
    if (!isOwn) problems.push(`request to ${url}`);
  });
  await page.goto(address);
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}
