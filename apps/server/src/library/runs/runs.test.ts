/** @file Runs as their folders record them: lists, curves, samples, files, and how fast large ones are read. */

import { appendFile, cp, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { curves, run as runSchema } from "../../api/runs.js";
import { picture, type TestLibrary, testLibrary } from "../../testing/open-test-library.js";
import { openLibrary } from "../open-library.js";
import { likenessOf } from "./run-pace.js";

const none = { query: undefined, body: undefined };
const one = (run: string) => ({ params: { run }, ...none });
const recorded = new URL("../../../../../test/fixtures/runs/overfitting/", import.meta.url)
  .pathname;

const list = (library: TestLibrary) => library.runs.list({ params: undefined, ...none });

/** A recorded run, with other lines of its log where a test needs them. */
async function addRun(
  { root }: Pick<TestLibrary, "root">,
  name: string,
  change: (lines: string[]) => readonly string[] = (lines) => lines,
): Promise<string> {
  const folder = join(root, "runs", name);
  await cp(recorded, folder, { recursive: true });
  const lines = (await readFile(join(recorded, "events.jsonl"), "utf8")).trim().split("\n");
  await writeFile(join(folder, "events.jsonl"), `${change(lines).join("\n")}\n`);
  return folder;
}

const event = (type: string, fields: object, second = 0): string =>
  JSON.stringify({
    version: 3,
    time: new Date(Date.UTC(2026, 11, 1, 0, 0, second)).toISOString(),
    type,
    ...fields,
  });

const step = (number: number, steps = 100, second = number): string =>
  event(
    "step",
    {
      ...{ step: number, steps, loss: 1 / number, gradNorm: 1, learningRate: 1e-4 },
      ...{ secondsPerStep: 1, secondsLeft: 1, memoryBytes: 1e9 + number },
    },
    second,
  );

describe("runs", () => {
  it("are told with what was said of them last", async () => {
    const library = await testLibrary();
    const folder = await addRun(library, "dog-1");
    await writeFile(join(folder, "report.html"), "<p>");
    await library.origins.tell("runs", "dog-1", { job: "0b0e7a5c-6a3b-4a57-9f5e-0123456789ab" });
    const { runs, unreadable } = await list(library);
    expect(unreadable).toEqual([]);
    for (const each of runs) expect(runSchema.safeParse(each).error).toBeUndefined();
    expect(runs).toMatchObject([
      {
        ...{
          name: "dog-1",
          title: "lora",
          technique: "lora",
          base: "embedded",
          datasets: ["pictures"],
        },
        ...{ step: 100, steps: 100, hasReport: true, job: "0b0e7a5c-6a3b-4a57-9f5e-0123456789ab" },
        verdict: { state: expect.any(String), sentence: expect.any(String) },
      },
    ]);
    const { config, ...run } = await library.runs.get(one("dog-1"));
    expect(run).toEqual(runs[0]);
    expect(config["steps"]).toBe(100);
    await expect(library.runs.get(one("dog-2"))).rejects.toThrow("got none of that name");
  });

  it.each([
    [[], "interrupted", 3],
    [[event("stopped", { step: 3, folder: "r", results: [], seconds: 3 })], "stopped", 3],
    [[event("error", { message: "no memory" })], "failed", 3],
    [
      [
        event("done", {
          step: 3,
          folder: "r",
          results: [{ kind: "adapter", form: "kohya", path: "C:\\runs\\r\\dog.safetensors" }],
          seconds: 3,
        }),
      ],
      "done",
      3,
    ],
    [[event("resumed", { step: 1 }), step(2)], "interrupted", 2],
  ] as const)("end as their logs say: %j", async (end, state, at) => {
    const library = await testLibrary();
    await addRun(library, "r", ([plan = ""]) => [plan, step(1), step(2), step(3), ...end]);
    const { runs } = await list(library);
    expect(runs).toMatchObject([{ state, step: at, loss: 1 / at }]);
    if (state === "done")
      expect(runs[0]?.results).toEqual([{ name: "dog.safetensors", kind: "adapter" }]);
    if (state === "failed") expect(runs[0]?.reason).toBe("no memory");
  });

  it("go on in lists as they train, and run as long as a process holds them", async () => {
    const library = await testLibrary();
    const folder = await addRun(library, "r", ([plan = ""]) => [plan, step(1)]);
    const lock = JSON.stringify({ pid: process.ppid, host: hostname() });
    await writeFile(join(folder, "run.lock"), lock);
    expect((await list(library)).runs).toMatchObject([{ state: "running", step: 1 }]);
    const line = `${step(2)}\n`;
    await appendFile(join(folder, "events.jsonl"), line.slice(0, 40));
    expect((await list(library)).runs).toMatchObject([{ step: 1 }]);
    await appendFile(join(folder, "events.jsonl"), line.slice(40));
    expect((await list(library)).runs).toMatchObject([{ step: 2, loss: 0.5 }]);
    await expect(library.runs.remove(one("r"))).rejects.toThrow("Stop it first");
  });

  it("that cannot be read are named, and what is none is passed over", async () => {
    const library = await testLibrary();
    await mkdir(join(library.root, "runs", "new"));
    await mkdir(join(library.root, "runs", "broken"));
    await writeFile(join(library.root, "runs", "broken", "config.json"), "{");
    await addRun(library, "link");
    await writeFile(join(library.outside, "events.jsonl"), "secret");
    const log = join(library.root, "runs", "link", "events.jsonl");
    await rm(log);
    await symlink(join(library.outside, "events.jsonl"), log);
    const { runs, unreadable } = await list(library);
    expect(runs).toEqual([]);
    expect(unreadable.map(({ name }) => name).sort()).toEqual(["broken", "link"]);
    await expect(library.runs.curves({ ...one("link"), query: { points: 10 } })).rejects.toThrow(
      "got a link",
    );
  });

  it("come back from the trash", async () => {
    const library = await testLibrary();
    await addRun(library, "r");
    const before = await list(library);
    const { trash } = await library.runs.remove(one("r"));
    expect((await list(library)).runs).toEqual([]);
    await library.trash.restore({ params: { trash }, ...none });
    expect(await list(library)).toEqual(before);
  });
});

describe("the pace of a training", () => {
  const [size, batch] = [
    { width: 64, height: 64 },
    { picturesPerStep: 8, batchSize: 8 },
  ];
  const plan = { ...size, ...batch, base: "b", tuning: "lora", usesGradientCheckpointing: false };
  const baseFingerprint = "7305750ff85a9a2561bf2624a0b22cb9dd2897ff86da05771035a413ef865e3f";
  const device = { backend: "cpu" };
  const likeness = likenessOf({ ...plan, baseFingerprint }, { device });
  /** A log whose first step ends after some seconds, and each further one after some more. */
  const paced =
    (day: number, count: number, seconds: { readonly start: number; readonly each: number }) =>
    ([first = ""]: string[]): string[] => {
      const begun = 86_400 * day;
      const time = new Date(Date.UTC(2026, 11, 1, 0, 0, begun)).toISOString();
      return [
        // Sound: the recorded log begins with an object.
        JSON.stringify({ ...(JSON.parse(first) as object), time }),
        ...Array.from({ length: count }, (_, at) =>
          step(at + 1, count, begun + seconds.start + at * seconds.each),
        ),
      ];
    };

  it("is that of the latest like it which has made steps enough to tell", async () => {
    const library = await testLibrary();
    expect(await library.runs.paceOf(likeness)).toBeUndefined();
    await addRun(library, "old", paced(1, 9, { start: 9, each: 9 }));
    await addRun(library, "late", paced(2, 9, { start: 5, each: 2 }));
    await addRun(library, "short", paced(3, 3, { start: 1, each: 1 }));
    const found = { likeness, startSeconds: 5, secondsPerStep: 2 };
    expect(await library.runs.paceOf(likeness)).toEqual(found);
    for (const other of [
      likenessOf(plan, { device }),
      likenessOf({ ...plan, baseFingerprint, width: 128 }, { device }),
      likenessOf({ ...plan, baseFingerprint }, { device, prior: { source: "prediction" } }),
      likenessOf({ ...plan, baseFingerprint }, { device: { backend: "cuda" } }),
    ]) {
      expect(await library.runs.paceOf(other)).toBeUndefined();
    }
    for (const run of (await list(library)).runs) expect(run).not.toHaveProperty("pace");
  });

  it("counts no time in which nobody worked at the run", async () => {
    const library = await testLibrary();
    await addRun(library, "r", (lines) => [
      ...paced(1, 5, { start: 4, each: 2 })(lines),
      ...paced(2, 7, { start: 6, each: 2 })(lines),
    ]);
    expect(await library.runs.paceOf(likeness)).toMatchObject({
      startSeconds: 6,
      secondsPerStep: 2,
    });
  });
});

describe("curves", () => {
  it("show what the watch has seen, as its verdicts say it", async () => {
    const library = await testLibrary();
    await addRun(library, "r");
    const found = await library.runs.curves({ ...one("r"), query: { points: 1_000 } });
    expect(curves.safeParse(found).error).toBeUndefined();
    expect(found.bank).toBe("held-out");
    expect(found.trained[0]).toEqual({ step: 0, value: 0, low: 0, high: 0 });
    const last = found.heldOut.at(-1);
    expect(last?.step).toBe(100);
    expect(last?.low).toBeLessThan(last?.value ?? 0);
    expect(found.trained.at(-1)?.value).toBeLessThan(-0.3);
    expect(found.forgotten.length).toBeGreaterThan(3);
    expect(found.verdicts.map(({ state }) => state)).toContain("overfitting");
    expect(found.states.map(({ state }) => state)).toContain("overfitting");
    expect(found.pictures.filter(({ isHeldOut }) => isHeldOut)).toMatchObject([
      { name: "mascot-1.png" },
    ]);
    for (const { first, last: end } of found.pictures)
      expect(Math.min(first, end)).toBeGreaterThan(0);
  });

  it("keep the least and most loss of the steps that a point stands for", async () => {
    const library = await testLibrary();
    await addRun(library, "r", ([plan = ""]) => [
      plan,
      ...Array.from({ length: 100 }, (_, at) => step(at + 1)),
    ]);
    const { loss, learningRate, memoryBytes } = await library.runs.curves({
      ...one("r"),
      query: { points: 10 },
    });
    expect(loss.step).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect([loss.high[0], loss.low[0], loss.high[9], loss.low[9]]).toEqual([1, 0.1, 1 / 91, 0.01]);
    expect(loss.value[9]).toBeCloseTo(0.0105, 3);
    expect(learningRate.step).toEqual(loss.step);
    expect(memoryBytes).toBe(1e9 + 100);
    const whole = await library.runs.curves({ ...one("r"), query: { points: 1_000 } });
    expect(whole.loss.value).toHaveLength(100);
    expect(whole.loss.low).toEqual(whole.loss.high);
    expect(whole).toMatchObject({ trained: [], verdicts: [], states: [] });
  });

  it("of 100,000 steps are there in well under a second, and after a step more at once", async () => {
    const library = await testLibrary();
    const folder = await addRun(library, "r", ([plan = ""]) => [
      plan,
      ...Array.from({ length: 100_000 }, (_, at) => step(at + 1, 100_000)),
    ]);
    const read = () => library.runs.curves({ ...one("r"), query: { points: 1_000 } });
    const timeOf = async () => {
      const start = process.cpuUsage();
      const { loss } = await read();
      const { user, system } = process.cpuUsage(start);
      return { ms: (user + system) / 1000, last: loss.step.at(-1), points: loss.step.length };
    };
    const first = await timeOf();
    expect(first).toMatchObject({ last: 100_000, points: 1_000 });
    await appendFile(join(folder, "events.jsonl"), `${step(100_001, 100_000)}\n`);
    const second = await timeOf();
    expect(second).toMatchObject({ last: 100_001, points: 1_000 });
    console.info(
      `curves of 100,000 steps: ${first.ms.toFixed(0)} ms, one step later ${second.ms.toFixed(0)} ms`,
    );
    // Processor time of this process: what else the machine does counts little.
    expect(first.ms).toBeLessThan(2_000);
    expect(second.ms).toBeLessThan(200);
  });
});

describe("many runs", () => {
  it("are listed from the cache, 1,000 in under a second of the processor", async () => {
    const library = await testLibrary();
    for (let index = 0; index < 1_000; index++) {
      await addRun(library, `run-${index}`, ([plan = ""]) => [plan, step(1), step(2)]);
    }
    await list(library);
    const again = { ...(await openLibrary(library.root)), root: library.root };
    const start = process.cpuUsage();
    const { runs } = await again.runs.list({ params: undefined, ...none });
    const { user, system } = process.cpuUsage(start);
    console.info(`1,000 runs listed at the next start: ${((user + system) / 1000).toFixed(0)} ms`);
    expect(runs).toHaveLength(1_000);
    expect((user + system) / 1000).toBeLessThan(1_500);
  });
});

describe("files of a run", () => {
  it("are samples and results, and nothing else", async () => {
    const library = await testLibrary();
    const sample = event("sample", {
      step: 10,
      path: "/old/place/samples/step-000010-0.png",
      prompt: "a dog",
      seed: 3,
    });
    const folder = await addRun(library, "r", ([plan = ""]) => [plan, step(1), sample, sample]);
    await mkdir(join(folder, "samples"));
    await writeFile(join(folder, "samples", "step-000010-0.png"), await picture(40, 30));
    await writeFile(join(folder, "samples", "page.png"), "<svg onload='alert(1)'/>");
    await writeFile(join(folder, "report.html"), "<script>");
    await writeFile(join(folder, "dog.safetensors"), "x");
    await writeFile(join(folder, "run.lock"), "{}");
    await symlink(join(library.root, "library.json"), join(folder, "samples", "link.json"));
    const file = (path: string) => library.runs.file({ params: { run: "r", "*": path }, ...none });
    expect(await library.runs.samples(one("r"))).toEqual([
      { step: 10, prompt: "a dog", seed: 3, file: "samples/step-000010-0.png" },
    ]);
    expect((await list(library)).runs[0]?.sample).toBe("samples/step-000010-0.png");
    expect(await file("samples/step-000010-0.png")).toMatchObject({
      kind: "stored",
      type: "image/png",
    });
    expect(await file("dog.safetensors")).toMatchObject({
      type: "application/octet-stream",
      name: "dog.safetensors",
    });
    expect(await file("config.json")).toMatchObject({ type: "application/json" });
    for (const path of ["samples/page.png", "report.html", "run.lock", "samples", "none.png"]) {
      await expect(file(path)).rejects.toThrow("expected a picture or result of run r");
    }
    for (const path of [
      "../r/config.json",
      "samples/../config.json",
      "/etc/passwd",
      "",
      "samples//x.png",
    ]) {
      await expect(file(path)).rejects.toThrow("expected the name of a file");
    }
    await expect(file("samples/link.json")).rejects.toThrow("leads out");
    const report = await library.runs.report(one("r"));
    expect(report).toMatchObject({
      type: "text/html; charset=utf-8",
      name: "r.html",
      bytes: (await stat(join(folder, "report.html"))).size,
    });
  });

  it("are those around the training of a demo as well, also before it trains", async () => {
    const library = await testLibrary();
    const folder = join(library.root, "runs", "mascot");
    await mkdir(join(folder, "before"), { recursive: true });
    await writeFile(join(folder, "before", "1-7.png"), await picture(64, 64));
    const file = (path: string) =>
      library.runs.file({ params: { run: "mascot", "*": path }, ...none });
    expect(await file("before/1-7.png")).toMatchObject({ type: "image/png" });
    expect((await list(library)).runs).toEqual([]);
    await cp(recorded, join(folder, "training"), { recursive: true });
    await writeFile(join(folder, "training", "mascot.safetensors"), "x");
    await writeFile(join(folder, "report.html"), "<p>");
    const { runs, unreadable } = await list(library);
    expect(unreadable).toEqual([]);
    expect(runs).toMatchObject([{ name: "mascot", hasReport: true }]);
    expect(await library.runs.get(one("mascot"))).toMatchObject({ name: "mascot" });
    const drawn = await library.runs.curves({ ...one("mascot"), query: { points: 10 } });
    expect(drawn.loss.step.length).toBeGreaterThan(1);
    expect(await file("mascot.safetensors")).toMatchObject({ name: "mascot.safetensors" });
    expect(await file("before/1-7.png")).toMatchObject({ type: "image/png" });
  });
});
