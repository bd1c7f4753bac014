/** @file The C API in processes that end early, have too little memory, or run for long. */

import { platform } from "node:process";
import { describe, expect, it } from "vitest";
import { runScript, type ScriptOptions } from "../../../testing/adapters/run-script.js";

const capi: ScriptOptions = { variables: { ATELIER_ORT: "capi" } };

/** A minute of products under way. */
const longRun = `
  let y = engine.input("x", [512, 512]);
  for (let i = 0; i < 20_000; i++) y = engine.matmul(y, y);
  const compiled = await node.createOrtRuntime({ threads: 1 }).compile({ outputs: { y } });
  const x = engine.floatTensor(new Float32Array(512 * 512), [512, 512]);
  const run = compiled.run({ x });
  console.log("running");
`;

describe("a process in the midst of a run", () => {
  it.each([
    ["calls process.exit", "process.exit(7)", { code: 7, signal: null }],
    ["fails", 'throw new Error("lost")', { code: 1, signal: null }],
    ["is told to end", 'process.kill(process.pid, "SIGTERM")', { code: null, signal: "SIGTERM" }],
  ])("ends at once when it %s", async (_, ending, expected) => {
    const end = await runScript(`${longRun} setTimeout(() => { ${ending}; }, 50);`, capi);
    expect(end).toMatchObject({ ...expected, stdout: "running\n" });
    expect(end.milliseconds).toBeLessThan(15_000);
  });

  it.skipIf(platform === "win32")("stops it on Ctrl-C, and goes on", async () => {
    const script = `${longRun.replace("run({ x })", "run({ x }, { signal: stopping.signal })")}
      process.on("SIGINT", () => stopping.abort());
      setTimeout(() => process.kill(process.pid, "SIGINT"), 50);
      await run.catch((error) => console.log(error.code));
      await compiled[Symbol.asyncDispose]();
      console.log("goes on");`;
    const end = await runScript(`const stopping = new AbortController(); ${script}`, capi);
    expect(end).toMatchObject({ code: 0, stdout: "running\naborted\ngoes on\n" });
  });
});

describe("memory", () => {
  it("does not grow over 10,000 runs, whatever they read and write", async () => {
    const script = `
      const { add, floatTensor, input, matmul } = engine;
      const y = add(matmul(input("x", [8, 8]), input("w", [8, 8])), 1);
      const compiled = await node.createOrtRuntime({ threads: 1 }).compile({ outputs: { y } });
      const w = floatTensor(new Float32Array(64), [8, 8]);
      const into = { y: floatTensor(new Float32Array(64), [8, 8]) };
      const runs = async (count) => {
        for (let i = 0; i < count; i++) {
          const x = floatTensor(new Float32Array(64).fill(i), [8, 8]);
          await compiled.run({ x, w }, i % 2 === 0 ? {} : { into });
          if (i % 100 === 0) await compiled.run({ x }).catch(() => {});
        }
        for (let i = 0; i < 3; i++) { gc(); await new Promise(setImmediate); }
        return process.memoryUsage.rss();
      };
      const before = await runs(12_000);
      console.log(await runs(10_000) - before);`;
    // The space for young objects grows by itself; kept small, nothing but what is lost is left to grow.
    const flags = ["--expose-gc", "--max-semi-space-size=1"];
    const end = await runScript(script, { ...capi, flags });
    expect(end).toMatchObject({ code: 0, stderr: "" });
    expect(Number(end.stdout)).toBeLessThan(4 * 2 ** 20);
  });

  it.each(["capi", "binding"])(
    "of an encoded model is free once there is a session: %s",
    async (route) => {
      const script = `
      const { floatTensor, input, linear, parameter } = engine;
      const n = 2048;
      const y = linear(input("x", [1, n]), parameter("w", [n, n]));
      const compile = () => node.createOrtRuntime({ threads: 1 }).compile({ outputs: { y } }, {
        parameters: new Map([["w", floatTensor(new Float32Array(n * n), [n, n])]]),
      });
      const compiled = await compile();
      for (let i = 0; i < 3; i++) { gc(); await new Promise(setImmediate); }
      console.log(process.memoryUsage().arrayBuffers);
      await compiled.run({ x: floatTensor(new Float32Array(n), [1, n]) });`;
      const variables = { ATELIER_ORT: route };
      const end = await runScript(script, { variables, flags: ["--expose-gc"] });
      expect(end).toMatchObject({ code: 0, stderr: "" });
      // The weight takes 16 MiB.
      expect(Number(end.stdout)).toBeLessThan(2 ** 20);
    },
  );

  it("that nobody else holds is held by its run", async () => {
    const script = `
      const { floatTensor, input, matmul } = engine;
      let y = input("x", [256, 256]);
      const w = input("w", [256, 256]);
      for (let i = 0; i < 300; i++) y = matmul(y, w);
      const compiled = await node.createOrtRuntime({ threads: 1 }).compile({ outputs: { y } });
      const identity = () => floatTensor(
        Float32Array.from({ length: 65536 }, (_, i) => i % 257 === 0 ? 1 : 0), [256, 256]);
      const x = () => floatTensor(Float32Array.from({ length: 65536 }, (_, i) => i), [256, 256]);
      let isDone = false;
      const runs = [0, 1, 2].map(() => compiled.run({ x: x(), w: identity() }));
      const all = Promise.all(runs).finally(() => { isDone = true; });
      let collections = 0;
      for (; !isDone; collections++) {
        gc();
        for (let i = 0; i < 20; i++) new Float32Array(65536).fill(NaN);
        await new Promise(setImmediate);
      }
      const right = (await all).map(({ y }) => y.data.every((value, i) => value === i));
      console.log(collections > 2, right.join());`;
    const end = await runScript(script, { ...capi, flags: ["--expose-gc"] });
    expect(end).toMatchObject({ code: 0, stdout: "true true,true,true\n", stderr: "" });
  });

  it.skipIf(platform !== "linux")("that is not there is an error, and no end", async () => {
    const script = `
      const { floatTensor, input, matmul, sumSquares } = engine;
      const n = 20_000;
      const y = sumSquares(matmul(input("x", [n, 1]), input("w", [1, n])));
      const compiled = await node.createOrtRuntime({ threads: 1 }).compile({ outputs: { y } });
      const [x, w] = [[n, 1], [1, n]].map((shape) => floatTensor(new Float32Array(n), shape));
      await compiled.run({ x, w }).catch(({ code, message }) => console.log(code, message));
      const large = { outputs: { y: matmul(input("x", [n, 1]), input("w", [1, n])) } };
      const second = await node.createOrtRuntime({ threads: 1 }).compile(large);
      await second.run({ x, w }).catch(({ code, message }) => console.log(code, message));`;
    const end = await runScript(script, { ...capi, limitKibibytes: 2_500_000 });
    expect(end).toMatchObject({ code: 0, stderr: "" });
    const lines = end.stdout.trim().split("\n");
    expect(lines).toHaveLength(2);
    // Inside the run, and of its result.
    for (const line of lines) expect(line).toMatch(/^runtime .*failed while running.*Less memory/);
  });
});
