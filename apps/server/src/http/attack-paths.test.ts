/** @file Attacks by paths and names. Each names the defence without which it succeeds. */

import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStudio, type TestStudio } from "../testing/open-test-studio.js";

let studio: TestStudio;
beforeAll(async () => {
  studio = await openTestStudio();
});
afterAll(() => studio[Symbol.asyncDispose]());

/** Ways to write that something lies elsewhere. */
const ways = [
  "../token",
  "../../token",
  "../../../secret.png",
  "..%2ftoken",
  "..%2f..%2ftoken",
  "%2e%2e%2f%2e%2e%2ftoken",
  "%2e%2e/%2e%2e/token",
  "..%5c..%5ctoken",
  "..\\..\\token",
  "%252e%252e%252f%252e%252e%252ftoken",
  "..%c0%af..%c0%aftoken",
  "....//....//token",
  "%2e%2e",
  "..",
  ".",
  "%2fetc%2fpasswd",
  "//etc/passwd",
  "C:%5cWindows%5cwin.ini",
  "file:%2f%2f%2fetc%2fpasswd",
  "a.png%00.txt",
  "a.png%2f..%2f..%2f..%2ftoken",
  ".%2e%2f.%2e%2ftoken",
  "%uff0e%uff0e/token",
  "a.png/../../../token",
  "token%20",
  "%EF%BC%8E%EF%BC%8E%2ftoken",
];

/** Where a name of a file or a folder stands in an address. */
const places = [
  "/api/datasets/cats/pictures/",
  "/api/datasets/cats/thumbnails/",
  "/api/datasets/cats/masks/",
  "/api/datasets/",
  "/api/drawings/",
  "/api/items/",
  "/api/runs/",
  "/api/runs/none/files/",
  "/assets/",
  "/",
];

describe.each(places)("traversal below %s", (place) => {
  it.each(ways)(
    "%s [defence: parts of paths are names, and files are looked up within folders]",
    async (way) => {
      for (const path of [`${place}${way}`, `${place}${way}/file`, `${place}${way}/picture`]) {
        const { text, status } = await studio.ask({ path });
        expect(text).not.toContain(studio.key);
        expect(text).not.toContain("root:");
        expect(text).not.toContain("a secret beside the library");
        expect(status).not.toBe(500);
      }
    },
  );
});

/** All files of the library and beside it, but those of the database and what is known of a data set. */
async function everything(): Promise<string[]> {
  const all = await readdir(join(studio.library, ".."), { recursive: true });
  return all.filter((path) => !/database|dataset\.json/.test(path)).sort();
}

describe("names in bodies", () => {
  const names = [
    "..",
    "../x",
    "..\\x",
    "/x",
    "C:\\x",
    ".hidden",
    "x/y",
    "",
    "a\nb",
    "x.",
    "con",
    "aux.txt",
  ];

  it.each(names)("a data set called %j [defence: names are no paths]", async (name) => {
    const before = await everything();
    for (const [method, path] of [
      ["POST", "/api/datasets"],
      ["PATCH", "/api/datasets/cats"],
    ] as const) {
      expect((await studio.askJson(method, path, { name })).status).toBe(400);
    }
    expect(await everything()).toEqual(before);
  });

  it("pictures elsewhere that are removed, captioned or kept [defence: pictures are looked up]", async () => {
    const token = await readFile(join(studio.library, "token"), "utf8");
    for (const picture of [
      "../../token",
      "../../../secret.png",
      "/etc/passwd",
      "..",
      "a.png/../a.png",
    ]) {
      for (const [method, path, body] of [
        ["POST", "/api/datasets/cats/remove", { pictures: [picture] }],
        ["PUT", "/api/datasets/cats/captions", { captions: { [picture]: "x" } }],
        ["POST", "/api/drawings/remove", { drawings: [picture] }],
      ] as const) {
        expect([400, 404]).toContain((await studio.askJson(method, path, body)).status);
      }
    }
    expect(await readFile(join(studio.library, "token"), "utf8")).toBe(token);
    expect((await stat(join(studio.library, "..", "secret.png"))).isFile()).toBe(true);
  });

  it("trash that is none [defence: entries of the trash are looked up]", async () => {
    for (const id of ["..", "..%2f..", "%2e%2e%2fdatasets", "none", "a%00"]) {
      const path = `/api/trash/${id}/restore`;
      expect([400, 404]).toContain((await studio.ask({ method: "POST", path })).status);
    }
  });
});

describe("links in the library", () => {
  it("to files and folders outside it are not followed [defences: the library looks where links lead, and answers where real paths lie]", async () => {
    const { library } = studio;
    const outside = join(library, "..", "secret.png");
    const cats = join(library, "datasets", "cats");
    await symlink(outside, join(cats, "link.png"));
    await symlink(join(library, "token"), join(cats, "token.png"));
    await symlink(join(library, ".."), join(library, "datasets", "linked"));
    await symlink(outside, join(library, "drawings", "link.png"));
    await symlink(outside, join(library, "adapters", "link.safetensors"));
    await mkdir(join(library, "runs", "run"));
    await writeFile(join(library, "runs", "run", "config.json"), "{}");
    await symlink(join(library, ".."), join(library, "runs", "run", "samples"));
    await symlink(outside, join(library, "runs", "run", "report.html"));
    for (const path of [
      "/api/datasets/cats/pictures/link.png",
      "/api/datasets/cats/pictures/token.png",
      "/api/datasets/cats/thumbnails/link.png",
      "/api/datasets/linked/pictures/secret.png",
      "/api/drawings/link.png",
      "/api/items/link.safetensors/file",
      "/api/runs/run/files/samples/secret.png",
      "/api/runs/run/report",
    ]) {
      const { status, text } = await studio.ask({ path });
      expect([path, [400, 404].includes(status)]).toEqual([path, true]);
      expect(text).not.toContain("a secret beside");
      expect(text).not.toContain(studio.key);
    }
  });
});

describe("files that are not what they seem", () => {
  it("a report with scripts, shown as a page [defence: its own policy, a sandbox]", async () => {
    const run = join(studio.library, "runs", "reported");
    await mkdir(run);
    await writeFile(join(run, "config.json"), "{}");
    await writeFile(join(run, "report.html"), "<script>alert(1)</script>");
    const { status, headers } = await studio.ask({ path: "/api/runs/reported/report" });
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/^sandbox; default-src 'none'/);
    expect(policy).not.toMatch(/script-src|allow-scripts/);
  });

  it("pages and drawings with scripts in a run's folder [defences: types are those of a list, and only pictures are shown]", async () => {
    const run = join(studio.library, "runs", "seeming");
    await mkdir(run);
    await writeFile(join(run, "config.json"), "{}");
    for (const name of ["report.html", "result.svg", "page.xhtml", "x.xml", "x.js", "x.pdf"]) {
      await writeFile(
        join(run, name),
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
      );
      const { status, headers } = await studio.ask({ path: `/api/runs/seeming/files/${name}` });
      if (status !== 200) expect([name, [400, 404].includes(status)]).toEqual([name, true]);
      else {
        expect(headers["content-type"]).toBe("application/octet-stream");
        expect(headers["content-disposition"]).toMatch(/^attachment;/);
      }
    }
  });
});
