import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PageFiles, pageFiles } from "./page-files.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-page-"));
});
afterEach(() => rm(folder, { recursive: true }));

const get = (page: PageFiles, path: string) => page(new Request(`http://localhost${path}`));

describe("pageFiles", () => {
  it("says how the page is built where it is not, and serves it once it is", async () => {
    const page = pageFiles(join(folder, "dist"));
    const missing = await get(page, "/");
    expect(missing.status).toBe(503);
    expect(await missing.text()).toContain("npm run build -w apps/studio");
    await mkdir(join(folder, "dist"));
    await writeFile(join(folder, "dist", "index.html"), "the page");
    expect(await (await get(page, "/")).text()).toBe("the page");
  });

  it("serves files by their addresses, and the page for its own", async () => {
    await mkdir(join(folder, "assets"));
    await writeFile(join(folder, "index.html"), "the page");
    await writeFile(join(folder, "assets", "index-BqVPzcWn.js"), "script");
    await writeFile(join(folder, "icon.svg"), "<svg/>");
    const page = pageFiles(folder);
    for (const [path, status, type, cache] of [
      ["/", 200, "text/html; charset=utf-8", "no-cache"],
      ["/train/my%20set?x=1", 200, "text/html; charset=utf-8", "no-cache"],
      ["/icon.svg", 200, "image/svg+xml", "no-cache"],
      [
        "/assets/index-BqVPzcWn.js",
        200,
        "text/javascript; charset=utf-8",
        "public, max-age=31536000, immutable",
      ],
      ["/assets/gone-00000000.js", 404, "text/plain;charset=UTF-8", null],
    ] as const) {
      const { status: got, headers } = await get(page, path);
      expect([got, headers.get("content-type"), headers.get("cache-control")]).toEqual([
        status,
        type,
        cache,
      ]);
    }
    await writeFile(join(folder, "assets", "new-12345678.js"), "new");
    expect(await (await get(page, "/assets/new-12345678.js")).text()).toBe("new");
  });

  it("reads nothing that is not in its folder", async () => {
    await writeFile(join(folder, "secret"), "secret");
    const dist = join(folder, "dist");
    await mkdir(dist);
    await writeFile(join(dist, "index.html"), "the page");
    await symlink(join(folder, "secret"), join(dist, "link"));
    const page = pageFiles(dist);
    for (const path of ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "/..%5csecret", "/link"]) {
      expect(await (await get(page, path)).text()).toBe("the page");
    }
  });
});
