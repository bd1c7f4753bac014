import { describe, expect, it } from "vitest";
import { boundaryOf, formFiles } from "./multipart.js";

/** A body in chunks of any size. */
async function* chunks(body: Buffer, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

async function read(body: Buffer, boundary: string, size: number) {
  const files = [];
  for await (const { bytes, ...names } of formFiles(chunks(body, size), boundary)) {
    const parts = [];
    for await (const chunk of bytes) parts.push(chunk);
    files.push({ ...names, bytes: Buffer.concat(parts) });
  }
  return files;
}

/** A form as this platform's fetch writes it. */
async function formOf(entries: readonly (readonly [string, Buffer, string])[]) {
  const form = new FormData();
  for (const [name, bytes, type] of entries) {
    form.append("file", new Blob([new Uint8Array(bytes)], { type }), name);
  }
  const request = new Request("http://localhost/", { method: "POST", body: form });
  const boundary = boundaryOf(request.headers.get("content-type") ?? "") ?? "";
  return { body: Buffer.from(await request.arrayBuffer()), boundary };
}

describe("formFiles", () => {
  it("gives files as they were sent, however they are cut into chunks", async () => {
    const picture = Buffer.from(Array.from({ length: 999 }, (_, at) => (at * 7) % 256));
    const tricky = Buffer.from("\r\n--\r\n\r\n--nearly\r\n----");
    const { body, boundary } = await formOf([
      ["고양이.png", picture, "image/png"],
      ['a "b"; name="c".txt', tricky, "text/plain"],
      ["empty.txt", Buffer.alloc(0), "text/plain"],
    ]);
    for (const size of [1, 7, 64, body.length]) {
      const files = await read(body, boundary, size);
      expect(files.map(({ field, name, type }) => [field, name, type])).toEqual([
        ["file", "고양이.png", "image/png"],
        ["file", 'a "b"; name="c".txt', "text/plain"],
        ["file", "empty.txt", "text/plain"],
      ]);
      expect(files.map(({ bytes }) => bytes)).toEqual([picture, tricky, Buffer.alloc(0)]);
    }
  });

  it("skips what of a file is not read", async () => {
    const { body, boundary } = await formOf([
      ["first.bin", Buffer.alloc(5_000, 1), "image/png"],
      ["second.bin", Buffer.alloc(5_000, 2), "image/png"],
    ]);
    const names = [];
    for await (const { name, bytes } of formFiles(chunks(body, 500), boundary)) {
      names.push(name);
      for await (const _ of bytes) break;
    }
    expect(names).toEqual(["first.bin", "second.bin"]);
  });

  it("refuses a form that breaks off", async () => {
    const { body, boundary } = await formOf([["a.png", Buffer.alloc(100), "image/png"]]);
    await expect(read(body.subarray(0, -10), boundary, 50)).rejects.toThrow(
      /form: expected its last line/,
    );
  });

  it("refuses headers without end, and names with NUL", async () => {
    const endless = Buffer.from(`--x\r\ncontent-disposition: ${"a".repeat(40_000)}`);
    await expect(read(endless, "x", 1_000)).rejects.toThrow(/expected parts with names/);
    const nul = Buffer.from(
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a\0.png"\r\n\r\n\r\n--x--',
    );
    await expect(read(nul, "x", 1_000)).rejects.toThrow(/got a NUL/);
  });

  it("refuses more parts than a form may have", async () => {
    const part = '--x\r\ncontent-disposition: form-data; name="file"\r\n\r\n\r\n';
    const many = Buffer.from(`${part.repeat(50_001)}--x--`);
    await expect(read(many, "x", 65_536)).rejects.toThrow(/at most 50000 parts/);
  });
});

describe("boundaryOf", () => {
  it("finds the boundary of forms alone", () => {
    expect(boundaryOf("multipart/form-data; boundary=abc")).toBe("abc");
    expect(boundaryOf('multipart/form-data; charset=utf-8; boundary="a b"')).toBe("a b");
    expect(boundaryOf("multipart/mixed; boundary=abc")).toBeUndefined();
    expect(boundaryOf("multipart/form-data")).toBeUndefined();
  });
});
