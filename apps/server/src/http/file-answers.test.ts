import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bytesAnswer, fileAnswer } from "./file-answers.js";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "atelier-files-"));
});
afterEach(() => rm(root, { recursive: true }));

const request = (headers: Record<string, string> = {}, method = "GET") =>
  new Request("http://localhost/", { method, headers });

async function answer(name: string, headers: Record<string, string> = {}, method = "GET") {
  return fileAnswer(request(headers, method), join(root, name), { root });
}

describe("fileAnswer", () => {
  it("shows pictures and hands out everything else as a download", async () => {
    for (const [name, type, how] of [
      ["a.png", "image/png", "inline"],
      ["a.JPG", "image/jpeg", "inline"],
      ["a.svg", "application/octet-stream", "attachment"],
      ["a.html", "application/octet-stream", "attachment"],
      ["a.png.xhtml", "application/octet-stream", "attachment"],
      ["a", "application/octet-stream", "attachment"],
    ] as const) {
      await writeFile(join(root, name), "x");
      const { headers } = await answer(name);
      expect(headers.get("content-type")).toBe(type);
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
      const answered = fileAnswer(request(), join(inside, path), { root: inside });
      await expect(answered).rejects.toThrow(/expected a file, got none/);
    }
  });
});

describe("bytesAnswer", () => {
  it("writes no name that ends its header", () => {
    const { headers } = bytesAnswer(new Uint8Array(1), '고양이"\r\nSet-Cookie: a=b; (1).zip');
    expect(headers.get("content-disposition")).toBe(
      `attachment; filename="______Set-Cookie_ a_b_ (1).zip"; filename*=UTF-8''%EA%B3%A0%EC%96%91%EC%9D%B4%22%0D%0ASet-Cookie%3A%20a%3Db%3B%20%281%29.zip`,
    );
    expect(headers.get("set-cookie")).toBeNull();
  });
});
