/** @file What only the C API can do: stop runs, leave the thread free, write where it is told to and nowhere else. */

import { platform } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import koffi from "koffi";
import { describe, expect, it } from "vitest";
import { gradients } from "../../../autodiff/gradient.js";
import { AtelierError } from "../../../errors.js";
import type { Graph } from "../../../graph/graph.js";
import { conv2d } from "../../../graph/ops/conv.js";
import { silu } from "../../../graph/ops/elementwise.js";
import { linear, matmul } from "../../../graph/ops/linalg.js";
import { sumSquares } from "../../../graph/ops/reduce.js";
import { input } from "../../../graph/ops/source.js";
import { sizeOf } from "../../../shape.js";
import { type FloatTensor, floatTensor } from "../../../tensor.js";
import { routeRuntime } from "../../../testing/adapters/route-runtime.js";

const runtime = routeRuntime("capi", { threads: 1 });

/** A minute of products, none of which takes long. */
function longGraph(): Graph {
  let y = input("x", [512, 512]);
  for (let i = 0; i < 20_000; i++) y = matmul(y, y);
  return { outputs: { y } };
}
const start = floatTensor(new Float32Array(512 * 512), [512, 512]);

describe("a run", () => {
  it("is stopped by its signal at once, and by no other's", async () => {
    await using compiled = await runtime.compile(longGraph());
    const [stopped, others] = [new AbortController(), new AbortController()];
    const y = floatTensor(new Float32Array(512 * 512), [512, 512]);
    const run = compiled.run({ x: start }, { into: { y }, signal: stopped.signal });
    const other = compiled.run({ x: start }, { signal: others.signal });
    const failures = [run, other].map((each) => each.catch((error: unknown) => error));
    // The thread is free meanwhile: this timer fires.
    await sleep(50);
    stopped.abort(new Error("Ctrl-C"));
    expect(await failures[0]).toMatchObject({ code: "aborted", cause: { message: "Ctrl-C" } });
    expect(await Promise.race([failures[1], sleep(50, "still running")])).toBe("still running");
    others.abort();
    expect(await failures[1]).toMatchObject({ code: "aborted" });
  });

  it.each([
    [1, "still waiting"],
    [2, "aborted"],
  ])("waits where there is no thread for it: of %s threads", async (threads, second) => {
    const own = routeRuntime("capi", { threads });
    await using compiled = await own.compile(longGraph(), { concurrency: 2 });
    const [first, other] = [new AbortController(), new AbortController()];
    const runs = [first, other].map(({ signal }) =>
      compiled
        .run({ x: start }, { signal })
        .catch((error: unknown) => error instanceof AtelierError && error.code),
    );
    await sleep(50);
    other.abort();
    // A run that is under way ends on its signal, one that waits when its turn comes.
    expect(await Promise.race([runs[1], sleep(1000, "still waiting")])).toBe(second);
    first.abort();
    expect(await Promise.all(runs)).toEqual(["aborted", "aborted"]);
  });

  it("can be stopped in every phase, and the graph runs on", async () => {
    let y = input("x", [64, 64]);
    for (let i = 0; i < 30; i++) y = matmul(y, y);
    await using compiled = await runtime.compile({ outputs: { y } });
    const x = floatTensor(new Float32Array(64 * 64), [64, 64]);
    const outcomes = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const stopping = new AbortController();
      const run = compiled.run({ x }, { signal: stopping.signal });
      if (i % 4 === 0) stopping.abort();
      else setTimeout(() => stopping.abort(), (i % 4) - 1);
      try {
        await run;
        outcomes.add("done");
      } catch (error) {
        outcomes.add(error instanceof AtelierError ? error.code : "another error");
      }
    }
    expect([...outcomes].filter((outcome) => !["done", "aborted"].includes(outcome))).toEqual([]);
    expect((await compiled.run({ x }))["y"]?.data).toHaveLength(64 * 64);
  });

  it("says what ONNX Runtime says of a graph that fails, and the graph runs on", async () => {
    const huge = matmul(input("x", [1 << 20, 1]), input("w", [1, 1 << 20]));
    await using compiled = await runtime.compile({ outputs: { y: sumSquares(huge) } });
    const [x, w] = [
      [1 << 20, 1],
      [1, 1 << 20],
    ].map((shape) => floatTensor(new Float32Array(1 << 20), shape));
    if (x === undefined || w === undefined) throw new Error("two operands");
    for (let i = 0; i < 2; i++) {
      await expect(compiled.run({ x, w })).rejects.toMatchObject({
        code: "runtime",
        message: expect.stringMatching(/failed while running: .*(alloc|memory)/i),
      });
    }
  });

  it("more than koffi can queue are refused, and the others end", async () => {
    const compiled = await runtime.compile({ outputs: { y: silu(input("x", [2])) } });
    const x = floatTensor([1, 2], [2]);
    const runs = Array.from({ length: 400 }, () => compiled.run({ x }));
    const settled = await Promise.allSettled(runs);
    const failures = settled.filter(({ status }) => status === "rejected");
    for (const failure of failures) {
      expect(failure).toMatchObject({ reason: { code: "runtime" } });
    }
    expect(settled.length - failures.length).toBeGreaterThanOrEqual(200);
    await compiled[Symbol.asyncDispose]();
  });
});

/** Arrays that end where their page does: whoever reads or writes on, ends the process. */
function createGuardedArrays() {
  const libc = koffi.load("libc.so.6");
  const mmap = libc.func("void *mmap(void *, size_t, int, int, int, int64_t)");
  const mprotect = libc.func("int mprotect(void *, size_t, int)");
  const page = 4096;
  return (shape: readonly number[]): FloatTensor => {
    const bytes = 4 * sizeOf(shape);
    const room = Math.ceil(bytes / page) * page;
    // Readable and writable, private, anonymous; the page behind it can be neither read nor written.
    const start: unknown = mmap(null, room + page, 3, 0x22, -1, 0);
    if (typeof start !== "bigint") throw new Error("no memory");
    expect(mprotect(start + BigInt(room), page, 0)).toBe(0);
    const data = new Float32Array(koffi.view(start + BigInt(room - bytes), bytes));
    data.forEach((_, i) => {
      data[i] = Math.sin(i);
    });
    return floatTensor(data, shape);
  };
}

describe.skipIf(platform !== "linux")("memory at the edge of what may be touched", () => {
  it.each([1, 3, 7, 17, 33])(
    "is read and written to its end, and not beyond: width %i",
    async (n) => {
      const guarded = createGuardedArrays();
      const [x, w, k] = [input("x", [1, n, n, n]), input("w", [n, n]), input("k", [n, n, 3, 3])];
      const y = linear(silu(conv2d(x, k, undefined, { padding: 1 })), w);
      const [dx, dw, dk] = gradients(sumSquares(y), [x, w, k]);
      if (dx === undefined || dw === undefined || dk === undefined)
        throw new Error("three gradients");
      const outputs = { y, dx, dw, dk };
      await using compiled = await runtime.compile({ outputs });
      const plain = (tensor: FloatTensor) => floatTensor(tensor.data.slice(), tensor.shape);
      const values = { x: guarded(x.shape), w: guarded(w.shape), k: guarded(k.shape) };
      const into = Object.fromEntries(
        Object.entries(outputs).map(([name, { shape }]) => [name, guarded(shape)]),
      );
      await compiled.run(values, { into });
      const copies = Object.fromEntries(
        Object.entries(values).map(([name, tensor]) => [name, plain(tensor)]),
      );
      const expected = await compiled.run(copies);
      for (const name of Object.keys(outputs)) {
        expect(into[name]?.data).toEqual(expected[name]?.data);
      }
    },
  );
});
