/** @file Attacks by files that are sent. Each names the defence without which it succeeds. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStudio, picture, type TestStudio } from "../testing/open-test-studio.js";
import { sendBeginning } from "../testing/raw-request.js";
import { writeZip, type ZipEntry } from "../testing/write-zip.js";

let studio: TestStudio;
let png: Buffer;
beforeAll(async () => {
  studio = await openTestStudio();
  png = await picture();
});
afterAll(() => studio[Symbol.asyncDispose]());

/** An upload's answer, as far as tests look at it. */
interface Told {
  readonly added: readonly string[];
  readonly skipped: readonly { readonly name: string }[];
}

/** Uploads to a new data set. */
async function upload(name: string, files: readonly (readonly [string, Uint8Array])[]) {
  await studio.askJson("POST", "/api/datasets", { name });
  const { status, text } = await studio.upload(`/api/datasets/${name}/pictures`, files);
  const folder = join(studio.library, "datasets", name);
  return {
    status,
    told: JSON.parse(text) as Told, // Of a status below 400; elsewhere not read.
    stored: await readdir(folder, { recursive: true }),
  };
}

const zipped = (name: string, entries: readonly ZipEntry[]) =>
  upload(name, [["a.zip", writeZip(entries)]]);

/** Everything beside the library, and in it beside data sets. */
async function elsewhere(): Promise<string[]> {
  const all = await readdir(join(studio.library, ".."), { recursive: true });
  return all.filter((path) => !/library.(datasets|database|cache)/.test(path)).sort();
}

describe("names of files that are sent", () => {
  it.each([
    "../../escaped.png",
    "..\\..\\escaped.png",
    "/tmp/escaped.png",
    "C:\\escaped.png",
    "....//escaped.png",
  ])("%s [defence: a name is made of it, never a path]", async (name) => {
    const before = await elsewhere();
    const set = `names-${Buffer.from(name).toString("hex").slice(0, 20)}`;
    const { stored } = await upload(set, [[name, png]]);
    for (const file of stored) expect(file).toMatch(/^[^/\\]*escaped[^/\\]*\.png$/);
    expect(await elsewhere()).toEqual(before);
  });

  it("a name that ends a header and begins another [defence: names in headers are encoded]", async () => {
    const { told } = await upload("headers", [['a"\r\nset-cookie: a=b\r\n\r\n<b>.png', png]]);
    for (const name of told.added) {
      const path = `/api/datasets/headers/pictures/${encodeURIComponent(name)}`;
      const { status, headers } = await studio.ask({ path });
      expect(status).toBe(200);
      expect(headers["set-cookie"]).toBeUndefined();
      expect(headers["content-disposition"]).toMatch(
        /^inline; filename="[\w. ()-]*"; filename\*=UTF-8''[\w.%~!-]*$/,
      );
    }
    expect(told.added).toHaveLength(1);
  });

  it("a name with NUL [defence: such forms are refused]", async () => {
    const body = Buffer.from(
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a\0.png"\r\n\r\nx\r\n--x--\r\n',
    );
    const answer = await studio.ask({
      ...{ method: "POST", path: "/api/datasets/cats/pictures", body },
      headers: { "content-type": "multipart/form-data; boundary=x" },
    });
    expect(answer.status).toBe(400);
  });
});

describe("files that are no pictures", () => {
  const svg = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");
  const html = Buffer.from("<!doctype html><script>alert(1)</script>");

  it("drawings and pages with scripts, under their names and under those of pictures [defence: kinds are told by bytes, and only pictures are shown]", async () => {
    const { stored, told } = await upload("scripts", [
      ["a.svg", svg],
      ["b.html", html],
      ["c.png", html],
      ["d.jpg", svg],
      ["e.png.html", html],
    ]);
    for (const name of stored) {
      const path = `/api/datasets/scripts/pictures/${encodeURIComponent(name)}`;
      const { headers } = await studio.ask({ path });
      expect(headers["content-type"]).not.toMatch(/html|svg|xml/);
      expect(headers["x-content-type-options"]).toBe("nosniff");
    }
    expect(told.skipped.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["a.svg", "b.html", "e.png.html"]),
    );
    expect(stored).not.toContain("a.svg");
    expect(stored).not.toContain("b.html");
  });

  it("a mask that is none [defence: masks are decoded]", async () => {
    for (const body of [html, svg, png.subarray(0, 60), Buffer.alloc(0)]) {
      const answer = await studio.ask({
        ...{ method: "PUT", path: "/api/datasets/cats/masks/a.png", body },
        headers: { "content-type": "image/png" },
      });
      expect(answer.status).toBe(400);
    }
  });

  it("an adapter that is a program [defence: only whole .safetensors are taken]", async () => {
    for (const name of ["evil.js", "evil.pt", "evil.safetensors", "../evil.safetensors"]) {
      expect((await studio.upload("/api/items", [[name, html]])).status).toBe(400);
    }
    expect((await studio.ask({ path: "/api/items" })).text).not.toContain("evil");
  });
});

describe("archives", () => {
  it.each(["../../slipped.png", "/slipped.png", "..\\..\\slipped.png", "a/../../slipped.png"])(
    "zip slip: %s [defence: entries get names of their own]",
    async (name) => {
      const before = await elsewhere();
      const set = `slip-${Buffer.from(name).toString("hex").slice(0, 20)}`;
      const { stored } = await zipped(set, [{ name, content: png }]);
      for (const file of stored) expect(file).toMatch(/^[^/\\]+$/);
      expect(await elsewhere()).toEqual(before);
    },
  );

  it("a zip bomb: much of nothing [defence: how many times larger than packed]", async () => {
    const { stored, told } = await zipped("bomb", [{ name: "a.png", content: Buffer.alloc(3e7) }]);
    // The archive as a whole, and no picture of it that does not decode.
    expect([stored, told.skipped.map(({ name }) => name)]).toEqual([[], ["a.zip"]]);
  });

  it("a zip bomb that lies about its size [defence: bytes are counted while unpacked]", async () => {
    const { stored, told } = await zipped("liar", [
      { name: "a.png", content: Buffer.alloc(3e7), toldBytes: 1_000 },
    ]);
    expect([stored, told.skipped.map(({ name }) => name)]).toEqual([[], ["a.zip"]]);
  });

  it("an archive with more files than are taken at once [defence: they are counted]", async () => {
    const entries = Array.from({ length: 10_001 }, (_, at) => ({
      name: `${at}.txt`,
      content: Buffer.from("x"),
    }));
    await studio.askJson("POST", "/api/datasets", { name: "many" });
    const path = "/api/datasets/many/pictures";
    expect((await studio.upload(path, [["a.zip", writeZip(entries)]])).status).toBe(413);
    expect(await readdir(join(studio.library, "datasets", "many"))).toEqual([]);
  });

  it("links in an archive [defence: only plain files come out]", async () => {
    const { stored } = await zipped("links", [
      { name: "a.png", content: Buffer.from("../../token"), mode: 0o120777 },
    ]);
    expect(stored).toEqual([]);
  });

  it("an archive in an archive, and one that is damaged [defence: neither is opened further]", async () => {
    const inner = writeZip([{ name: "a.png", content: png }]);
    expect((await zipped("nested", [{ name: "b.zip", content: inner }])).stored).toEqual([]);
    const half = inner.subarray(0, inner.length - 30);
    const { status, stored } = await upload("damaged", [["a.zip", half]]);
    expect([status, stored]).toEqual([200, []]);
  });
});

describe("forms", () => {
  it("one that breaks off leaves nothing behind [defence: files get their names when they are whole]", async () => {
    const body = Buffer.concat([
      Buffer.from(
        '--x\r\ncontent-disposition: form-data; name="file"; filename="half.png"\r\n\r\n',
      ),
      png,
    ]);
    const answer = await studio.ask({
      ...{ method: "POST", path: "/api/datasets/cats/pictures", body },
      headers: { "content-type": "multipart/form-data; boundary=x" },
    });
    expect(answer.status).toBe(400);
    const stored = await readdir(join(studio.library, "datasets", "cats"), { recursive: true });
    expect(stored).not.toContain("half.png");
    expect(await readdir(join(studio.library, "cache", "incoming"))).toEqual([]);
  });

  it("a browser that goes away in the middle leaves nothing behind [defence: the same]", async () => {
    const lines = [
      "POST /api/datasets/cats/pictures HTTP/1.1",
      `Host: ${studio.host}`,
      `Authorization: Bearer ${studio.key}`,
      "Content-Type: multipart/form-data; boundary=x",
      "Content-Length: 100000",
      "",
      '--x\r\ncontent-disposition: form-data; name="file"; filename="gone.png"\r\n\r\nbytes',
    ];
    const socket = await sendBeginning(studio.port, lines.join("\r\n"));
    const incoming = join(studio.library, "cache", "incoming");
    await expect.poll(async () => (await readdir(incoming)).length).toBe(1);
    socket.destroy();
    await expect.poll(() => readdir(incoming)).toEqual([]);
    const stored = await readdir(join(studio.library, "datasets", "cats"), { recursive: true });
    expect(stored).not.toContain("gone.png");
    expect((await studio.ask({ path: "/api/status" })).status).toBe(200);
  });
});
