import { mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countAttempts, isSame, openKey } from "./keys.js";
import { openSessions } from "./sessions.js";

let library = "";
beforeEach(async () => {
  library = await mkdtemp(join(tmpdir(), "atelier-key-"));
});
afterEach(() => rm(library, { recursive: true }));

describe("openKey", () => {
  it("makes a key once, that only its owner can read", async () => {
    const key = await openKey(library);
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(await openKey(library)).toBe(key);
    expect((await stat(join(library, "token"))).mode & 0o777).toBe(0o600);
  });

  it("takes a copied key back from others", async () => {
    await writeFile(join(library, "token"), `${"k".repeat(43)}\n`, { mode: 0o644 });
    expect(await openKey(library)).toBe("k".repeat(43));
    expect((await stat(join(library, "token"))).mode & 0o777).toBe(0o600);
  });

  it("refuses a link and a short key", async () => {
    const elsewhere = join(library, "elsewhere");
    await writeFile(elsewhere, `${"k".repeat(43)}\n`);
    await symlink(elsewhere, join(library, "token"));
    await expect(openKey(library)).rejects.toThrow(/expected the library's key/);
    await rm(join(library, "token"));
    await writeFile(join(library, "token"), "short\n");
    await expect(openKey(library)).rejects.toThrow(/got another text/);
  });
});

describe("isSame", () => {
  it("compares whole texts", () => {
    expect(isSame("abc", "abc")).toBe(true);
    for (const other of ["", "ab", "abcd", "abd"]) expect(isSame(other, "abc")).toBe(false);
  });
});

describe("countAttempts", () => {
  it("looks at ten wrong keys a minute for each address", () => {
    let now = 0;
    const attempts = countAttempts(() => now);
    for (let count = 0; count < 10; count += 1) {
      expect(attempts.secondsToWait("a")).toBe(0);
      attempts.failed("a");
      now += 1_000;
    }
    expect(attempts.secondsToWait("a")).toBe(50);
    expect(attempts.secondsToWait("b")).toBe(0);
    now = 60_001;
    expect(attempts.secondsToWait("a")).toBe(0);
  });

  it("remembers no more addresses than it may", () => {
    const attempts = countAttempts(() => 0);
    for (let count = 0; count < 10; count += 1) attempts.failed("first");
    for (let count = 0; count < 10_000; count += 1) attempts.failed(`address ${count}`);
    expect(attempts.secondsToWait("first")).toBe(0);
  });
});

describe("openSessions", () => {
  const cookieIn = (header: string): string => header.split(";", 1).join();

  it("knows its cookies, also after a restart", () => {
    const header = openSessions("key").open(false);
    expect(header).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(openSessions("key").isOpen(`other=1; ${cookieIn(header)}`)).toBe(true);
  });

  it("refuses cookies of another key, of another time, and changed ones", () => {
    const sessions = openSessions("key", () => 0);
    const cookie = cookieIn(sessions.open(false));
    expect(sessions.isOpen(cookie)).toBe(true);
    expect(openSessions("another").isOpen(cookie)).toBe(false);
    const late = openSessions("key", () => 31 * 24 * 3_600_000);
    expect(late.isOpen(cookie)).toBe(false);
    expect(late.isOpen(cookie.replace(/=\d+/, "=9999999999999"))).toBe(false);
    expect(sessions.isOpen(`${cookie}A`)).toBe(false);
    expect(sessions.isOpen(cookie.replace(/^[^=]+/, "atelier"))).toBe(false);
  });

  it("counts a closed session no more, wherever its cookie is", () => {
    const sessions = openSessions("key");
    const cookie = cookieIn(sessions.open(false));
    expect(sessions.close(cookie)).toMatch(/=; .*Max-Age=0$/);
    expect(sessions.isOpen(cookie)).toBe(false);
  });

  it("keeps the cookie of an encrypted page from plain ones", () => {
    expect(openSessions("key").open(true)).toMatch(/; Secure$/);
  });
});
