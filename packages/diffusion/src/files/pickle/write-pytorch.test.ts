/** @file Files as torch.save writes them, read again; test/parity/check-embeddings.py has PyTorch read them. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor, intTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tensorSource } from "../safetensors/write-safetensors.js";
import { openPytorch } from "./open-pytorch.js";
import { type TorchValue, writePytorch } from "./write-pytorch.js";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-write-pytorch-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const matrix = floatTensor([1, 2, 3, 4, 5, 6], [2, 3]);
const value = new Map<string, TorchValue>([
  ["weights", new Map([["*", tensorSource("*", matrix, { dtype: "F16" })]])],
  ["ids", tensorSource("ids", intTensor([-1, 2 ** 40], [2]))],
  ["none", tensorSource("none", floatTensor([], [0, 3]))],
  ["name", "스타일"],
  ["step", -70_000],
  ["isLast", true],
  ["checkpoint", null],
]);

it("gives text, numbers and tensors back as they were", async () => {
  const path = join(scratch, "a.pt");
  expect(await writePytorch(nodeFiles, path, value)).toBe((await readFile(path)).length);
  const file = await openPytorch(nodeFiles, path);
  expect(Object.fromEntries(file.metadata)).toEqual({
    name: "스타일",
    step: "-70000",
    isLast: "true",
  });
  expect(await file.readFloat32("weights.*")).toEqual(matrix);
  expect(file.entries.get("weights.*")?.dtype).toBe("F16");
  expect((await file.read("ids")).data).toEqual(BigInt64Array.of(-1n, 1099511627776n));
  expect(file.entries.get("none")?.shape).toEqual([0, 3]);
  expect(file.notes).toEqual([]);
  await file.close();
});

it("gives the same bytes for the same content", async () => {
  const [first, second] = [join(scratch, "b.pt"), join(scratch, "c.pt")];
  await writePytorch(nodeFiles, first, value);
  await writePytorch(nodeFiles, second, value);
  expect(Buffer.compare(await readFile(first), await readFile(second))).toBe(0);
});

it("refuses what the form cannot hold, and leaves no file", async () => {
  const path = join(scratch, "d.pt");
  const small = { ...tensorSource("x", matrix), dtype: "F8_E4M3" as const };
  await expect(writePytorch(nodeFiles, path, new Map([["x", small]]))).rejects.toMatchObject({
    code: "dtype",
    message: expect.stringContaining('got F8_E4M3 of "x"'),
  });
  await expect(writePytorch(nodeFiles, path, new Map([["x", 0.5]]))).rejects.toThrow("got 0.5");
  expect(await nodeFiles.stat(path)).toBeUndefined();
});
