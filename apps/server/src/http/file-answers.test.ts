import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileAnswer } from "./file-answers.js";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "atelier-files-"));
});
afterEach(() => rm(root, { recursive: true }));

const request = (headers: Record<string, string> = {}, method = "GET") =>
  new Request("http://localhost/", { method, headers });

const stored = (path: string, type = "image/png") =>
  ({ kind: "stored", path, name: basename(path), type, bytes: 0 }) as const;

async function answer(name: string, headers: Record<string, string> = {}, method = "GET") {
  return fileAnswer(request(headers, method), stored(join(root, name)), { root });
}

describe("fileAnswer", () => {
  it("shows pictures and hands out everything else as a download", async () => {
    await writeFile(join(root, "a"), "x");
    for (const [type, told, how] of [
      ["image/png", "image/png", "inline"],
      ["image/jpeg", "image/jpeg", "inline"],
      ["image/svg+xml", "application/octet-stream", "attachment"],
      ["text/html", "application/octet-stream", "attachment"],
      ["application/xhtml+xml", "application/octet-stream", "attachment"],
      ["application/zip", "application/octet-stream", "attachment"],
      ["", "application/octet-stream", "attachment"],
    ] as const) {
      const { headers } = await fileAnswer(request(), stored(join(root, "a"), type), { root });
      expect(headers.get("content-type")).toBe(told);
      expect(headers.get("content-disposition")?.split(";")[0]).toBe(how);
    }
  });

  it("answers the part that is asked for", async () => {
    await writeFile(join(root, "a.bin"), "0123456789");
    for (const [range, status, text, told] of [
      ["bytes=2-4", 206, "234", "bytes 2-4/10"],
      ["bytes=7-", 206, "789", "bytes 7-9/10"],
      ["bytes=-2", 206, "89", "bytes 8-9/10"],
      ["bytes=8-99", 206, "89", "bytes 8-9/10"],
      ["bytes=10-", 416, "", "bytes */10"],
      ["bytes=-", 200, "0123456789", null],
      ["bytes=0-1,3-4", 200, "0123456789", null],
      ["lines=1-2", 200, "0123456789", null],
    ] as const) {
      const response = await answer("a.bin", { range });
      expect(response.status).toBe(status);
      expect(await response.text()).toBe(text);
      expect(response.headers.get("content-range")).toBe(told);
    }
  });

  it("sends nothing of a file that its reader has, and the whole of one that has changed", async () => {
    await writeFile(join(root, "a.png"), "one");
    const tag = (await answer("a.png")).headers.get("etag") ?? "";
    expect((await answer("a.png", { "if-none-match": tag })).status).toBe(304);
    await writeFile(join(root, "a.png"), "another");
    const changed = await answer("a.png", { range: "bytes=1-2", "if-range": tag });
    expect([changed.status, await changed.text()]).toEqual([200, "another"]);
  });

  it("sends an empty file, and no body where none is asked for", async () => {
    await writeFile(join(root, "empty"), "");
    expect(await (await answer("empty")).text()).toBe("");
    await writeFile(join(root, "a.bin"), "12345");
    const head = await answer("a.bin", {}, "HEAD");
    expect([head.headers.get("content-length"), await head.text()]).toEqual(["5", ""]);
  });

  it("reads nothing outside its folder, and nothing but files", async () => {
    const inside = join(root, "inside");
    await mkdir(join(inside, "folder"), { recursive: true });
    await writeFile(join(root, "secret"), "secret");
    await symlink(join(root, "secret"), join(inside, "link"));
    await symlink(root, join(inside, "out"));
    for (const path of ["../secret", "link", "out/secret", "folder", ".", "nothing"]) {
      const answered = fileAnswer(request(), stored(join(inside, path)), { root: inside });
      await expect(answered).rejects.toThrow(/expected a file, got none/);
    }
  });

  it("writes no name that ends its header", async () => {
    const name = '고양이"\r\nSet-Cookie: a=b; (1).zip';
    const content = new Uint8Array([1, 2]);
    const file = { kind: "held", name, type: "application/zip", content } as const;
    const { headers } = await fileAnswer(request(), file, { root });
    expect(headers.get("content-disposition")).toBe(
      `attachment; filename="______Set-Cookie_ a_b_ (1).zip"; filename*=UTF-8''%EA%B3%A0%EC%96%91%EC%9D%B4%22%0D%0ASet-Cookie%3A%20a%3Db%3B%20%281%29.zip`,
    );
    expect(headers.get("set-cookie")).toBeNull();
  });

  it("sends what is made while it is sent", async () => {
    const content = (async function* () {
      yield new Uint8Array([97, 98]);
      yield new Uint8Array([99]);
    })();
    const file = { kind: "streamed", name: "a.zip", type: "application/zip", bytes: 3, content };
    const response = await fileAnswer(request(), { ...file, kind: "streamed" }, { root });
    expect(response.headers.get("content-length")).toBe("3");
    expect(await response.text()).toBe("abc");
  });
});
