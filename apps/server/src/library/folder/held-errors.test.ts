/** @file Errors before anybody reads reach whoever reads then, and end nothing else. */

import { PassThrough, Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { holdErrors } from "./held-errors.js";

async function read(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}

it("gives the bytes of a stream", async () => {
  expect(await read(holdErrors(Readable.from(["a", "b"])))).toBe("ab");
});

it.each([
  ["destroyed with it", (stream: PassThrough) => stream.destroy(new Error("too many bytes"))],
  ["told of it", (stream: PassThrough) => stream.emit("error", new Error("too many bytes"))],
])("keeps the error of a stream that is %s until it is read", async (_, fail) => {
  const stream = new PassThrough();
  const held = holdErrors(stream);
  fail(stream);
  await pause(20);
  await expect(read(held)).rejects.toThrow("too many bytes");
});

it("lets go of a stream that is not read to its end", async () => {
  const stream = Readable.from(Array.from({ length: 1_000 }, () => "x".repeat(1_000)));
  holdErrors(stream).destroy();
  await pause(20);
  expect(stream.destroyed).toBe(true);
});
