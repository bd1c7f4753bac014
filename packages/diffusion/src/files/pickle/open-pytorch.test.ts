/** @file Files of torch.save against the values PyTorch wrote, and files that attack their reader. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtelierError, byteView, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { safetensorsDTypes } from "../../core/safetensors-dtype.js";
import { inEnglish } from "../../english/english-warnings.js";
import { fixture } from "../../testing/fixtures.js";
import { openPytorch } from "./open-pytorch.js";

type Expected = Record<string, Record<string, { shape: number[]; values: number[] }>>;

async function json<T>(name: string): Promise<T> {
  // Written by test/parity/make-pickle-fixture.py in this form.
  return JSON.parse(await readFile(fixture("pickle", name), "utf8")) as T;
}

const expected = await json<Expected>("expected.json");
const hostile = await json<Record<string, string>>("hostile.json");

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-pickle-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe("a file of torch.save", () => {
  it.each(Object.entries(expected))(
    "%s gives the values that PyTorch stored",
    async (name, all) => {
      const file = await openPytorch(nodeFiles, fixture("pickle", name));
      expect([...file.entries.keys()].sort()).toEqual(Object.keys(all).sort());
      for (const [key, { shape, values }] of Object.entries(all)) {
        const entry = file.entries.get(key);
        expect(entry?.shape, key).toEqual(shape);
        if (entry !== undefined && safetensorsDTypes[entry.dtype].isFloat) {
          expect(Array.from((await file.readFloat32(key)).data), key).toEqual(values);
        } else if (entry?.dtype !== "I8" && entry?.dtype !== "I16") {
          expect(Array.from((await file.read(key)).data, Number), key).toEqual(values);
        } else {
          const bytes = (await file.readBytes(key)).slice();
          const data = entry.dtype === "I8" ? new Int8Array(bytes) : new Int16Array(bytes.buffer);
          expect(Array.from(data), key).toEqual(values);
        }
      }
      await file.close();
    },
  );

  it("places row-major tensors where their bytes stand, so that a runtime can map them", async () => {
    const path = fixture("pickle", "views.pt");
    const file = await openPytorch(nodeFiles, path);
    const bytes = await readFile(path);
    for (const [name, { dtype, shape, byteOffset, byteLength, isWhole }] of file.entries) {
      const place = bytes.subarray(byteOffset, byteOffset + byteLength);
      if (isWhole === false) continue;
      expect(byteLength, name).toBe((sizeOf(shape) * safetensorsDTypes[dtype].bits) / 8);
      expect(Buffer.compare(place, await file.readBytes(name)), name).toBe(0);
    }
    const scattered = [...file.entries].filter(([, { isWhole }]) => isWhole === false);
    expect(scattered.map(([name]) => name)).toEqual([
      "transposed",
      "sliced",
      "half.transposed",
      "channels_last",
    ]);
    await file.close();
  });

  it("gives numbers and texts beside the tensors, and names the classes that it left out", async () => {
    const path = fixture("pickle", "lightning.ckpt");
    const file = await openPytorch(nodeFiles, path);
    expect(Object.fromEntries(file.metadata)).toEqual({
      epoch: "3",
      global_step: "875000",
      "pytorch-lightning_version": "1.4.2",
      big: String(2n ** 70n),
      pi: "3.5",
    });
    expect(file.notes.map(inEnglish)).toEqual([
      `${path}: objects of main.Callback, collections.defaultdict were left out; only tensors, numbers and text are read, and nothing in the file was run.`,
    ]);
    await file.close();
  });

  it("reads an archive whose directory is that of a file above 4 GiB", async () => {
    const original = await readFile(fixture("pickle", "views.pt"));
    const path = join(scratch, "zip64.pt");
    await writeFile(path, inZip64(original));
    const file = await openPytorch(nodeFiles, path);
    const small = await openPytorch(nodeFiles, fixture("pickle", "views.pt"));
    for (const name of small.entries.keys()) {
      expect(await file.readBytes(name)).toEqual(await small.readBytes(name));
    }
    await file.close();
    await small.close();
  });
});

describe("a hostile file", () => {
  const reasons: Record<string, RegExp> = {
    "system.pt": /an order to use "posix\.system", which was not carried out/,
    "eval.pt": /an order to use "__builtin__\.eval"/,
    "getattr.pt": /an order to use "builtins\.getattr"/,
    "stack-global.pt": /an order to use "posix\.system"/,
    "torch-load.pt": /an order to use "torch\.serialization\.load"/,
    "escape-codes.pt": /the name of a class, got "\\u001b\[2Jmodule\.name"/,
    "inst.pt": /operation that data needs at byte 1, got 0x53/,
    "extension.pt": /got 0x82/,
    "memo.pt": /at most 2000000 remembered values, got number 4294967295/,
    "missing-memo.pt": /a remembered value 5, got none/,
    "deep.pt": /at most 1000 nested containers/,
    "long-text.pt": /text of at most 1048576 bytes, got 2147483647/,
    "huge-length.pt": /a length below 2\^53/,
    "huge-integer.pt": /an integer of at most 255 bytes/,
    "truncated.pt": /got the end/,
    "empty.pt": /expected 1 more bytes at 0, got the end/,
    "underflow.pt": /a value on the stack/,
    "not-a-dict.pt": /a dict of tensors, got a list/,
    "protocol-9.pt": /protocol 2 to 5, got 9/,
    "negative-stride.pt": /stride of a tensor that is a whole number from 0, got -2/,
    "negative-offset.pt": /offset of a tensor that is a whole number from 0, got -1/,
    "beyond.pt": /"x" inside its storage of 16 bytes, got elements 1 to 5/,
    "huge-shape.pt": /extents and strides/,
    "expanded.pt": /tensors that the file can hold, got 4294967296 bytes/,
    "ranks.pt": /at most 16 axes/,
    "mismatch.pt": /a storage of 20 bytes for "x", got 16/,
    "no-storage.pt": /a storage of 16 bytes for "x", got none/,
    "quantised.pt": /a storage of known elements, got torch\.QUInt8Storage/,
    "compressed.pt": /"a\/data\.pkl" as plain bytes, got it compressed by method 8/,
    "overlap.pt": /between its neighbours, got an overlap/,
    "lying-size.pt": /at byte \d+, got other bytes/,
    "two-names.pt": /expected one ".+", got two/,
    "lying-count.pt": /60000 entries in the directory/,
    "outside.pt": /a directory inside the file/,
    "big-endian.pt": /little-endian numbers, got "big {3}"/,
    "cut.pt": /the end of a ZIP archive/,
    "no-zip64.pt": /the end of a ZIP64 archive/,
    "legacy-truncated.pt": /got the end/,
    "legacy-lying.pt": /4398046511104 bytes of a storage, got the end of the file/,
    "plain-pickle.pt": /an order to use "posix\.system"/,
    "fan-out.pt": /at most 300000 values/,
  };

  it("is refused by what is wrong with it", async () => {
    const harmless = ["cyclic.pt"];
    expect(Object.keys(hostile).sort()).toEqual([...Object.keys(reasons), ...harmless].sort());
    for (const [name, reason] of Object.entries(reasons)) {
      const path = join(scratch, name);
      await writeFile(path, Buffer.from(hostile[name] ?? "", "base64"));
      await expect(openPytorch(nodeFiles, path), name).rejects.toMatchObject({
        code: "format",
        message: expect.stringMatching(reason),
      });
    }
  });

  it("may hold itself, which ends", async () => {
    const path = join(scratch, "cyclic.pt");
    await writeFile(path, Buffer.from(hostile["cyclic.pt"] ?? "", "base64"));
    const file = await openPytorch(nodeFiles, path);
    expect([...file.entries.keys()]).toEqual([]);
    await file.close();
  });

  it("of random damage gives its tensors or a named error, and never more than the file holds", async () => {
    const names = ["views.pt", "legacy.pt", "lightning.ckpt", "protocol-4.pt"];
    const originals = await Promise.all(names.map((name) => readFile(fixture("pickle", name))));
    let state = 12345;
    const random = (below: number): number => {
      // Numerical Recipes' generator: the same damage every time.
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const outcomes = { read: 0, refused: 0 };
    for (let round = 0; round < 4000; round++) {
      const bytes = Uint8Array.from(originals[round % originals.length] ?? []);
      for (let flips = 1 + random(3); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
      const end = random(4) === 0 ? random(bytes.length) : bytes.length;
      const isRead = await survives(bytes.subarray(0, end));
      outcomes[isRead ? "read" : "refused"]++;
    }
    expect(outcomes.read).toBeGreaterThan(500);
    expect(outcomes.refused).toBeGreaterThan(500);
  });
});

/** Whether all tensors of a file can be read; any other end than an error of ours fails the test. */
async function survives(bytes: Uint8Array): Promise<boolean> {
  const memory = {
    ...nodeFiles,
    open: async (path: string) => ({
      path,
      sizeBytes: bytes.length,
      read: async (offset: number, length: number) => {
        if (offset < 0 || length < 0 || offset + length > bytes.length) {
          throw new AtelierError("file", `${path}: read beyond the end`);
        }
        return bytes.slice(offset, offset + length);
      },
      sha256: async () => {
        throw new Error("nothing of such a file is hashed");
      },
      close: async () => undefined,
    }),
  };
  try {
    const file = await openPytorch(memory, "damaged.pt");
    for (const name of file.entries.keys()) {
      expect(byteView(await file.readBytes(name)).length).toBeLessThanOrEqual(4 * bytes.length);
    }
    return true;
  } catch (error) {
    if (error instanceof AtelierError && error.code === "format") return false;
    throw error;
  }
}

/** The archive with every size and offset of its directory in ZIP64 fields. */
function inZip64(archive: Buffer): Buffer {
  const end = archive.lastIndexOf("PK\x05\x06");
  const offset = archive.readUInt32LE(end + 16);
  const count = archive.readUInt16LE(end + 10);
  const parts: Buffer[] = [];
  for (let at = offset, i = 0; i < count; i++) {
    const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((n) =>
      archive.readUInt16LE(at + n),
    );
    const head = Buffer.from(archive.subarray(at, at + 46 + name));
    const field = Buffer.alloc(4 + 24);
    field.writeUInt16LE(1, 0);
    field.writeUInt16LE(24, 2);
    for (const [from, to] of [
      [24, 4],
      [20, 12],
      [42, 20],
    ] as const) {
      field.writeBigUInt64LE(BigInt(head.readUInt32LE(from)), to);
      head.writeUInt32LE(0xffffffff, from);
    }
    head.writeUInt16LE(field.length, 30);
    head.writeUInt16LE(0, 32);
    parts.push(head, field);
    at += 46 + name + extra + comment;
  }
  const directory = Buffer.concat(parts);
  const end64 = Buffer.alloc(56);
  end64.write("PK\x06\x06", "latin1");
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(directory.length), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07", "latin1");
  locator.writeBigUInt64LE(BigInt(offset + directory.length), 8);
  const last = Buffer.alloc(22, 0xff);
  last.write("PK\x05\x06", "latin1");
  last.writeUInt16LE(0, 20);
  return Buffer.concat([archive.subarray(0, offset), directory, end64, locator, last]);
}
