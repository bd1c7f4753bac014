/** @file The report of a run: everything is in it, as the judge says it, escaped, in one file that loads nothing. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { historyOf, openRun } from "@atelier/diffusion/train";
import { judge, pictureTables } from "@atelier/diffusion/verdicts";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { messagesFor } from "../../messages/messages.js";
import { type RawEvent, type RecordedRunOptions, recordedRun } from "../../testing/recorded-run.js";
import { nearestPicture } from "./nearest-picture.js";
import { readRunReport } from "./read-run-report.js";
import { runPage } from "./run-page.js";
import { textCurve } from "./text-curve.js";

const text = await messagesFor({});

async function reportOf(run: string) {
  const report = await readRunReport(
    { files: nodeFiles, decoder: sharpPictures },
    await openRun(nodeFiles, run),
  );
  return { report, page: await runPage(report, text) };
}

const pageOf = async (options: RecordedRunOptions = {}) => reportOf(await recordedRun(options));

const sectionsOf = (page: string) =>
  [...page.matchAll(/<section id="([a-z]+)">/g)].map(([, id]) => id);

/** A mean log-ratio as a person reads it. */
function change(logRatio: number): string {
  const percent = 100 * (Math.exp(logRatio) - 1);
  return `${percent < 0 ? "−" : "+"}${Math.abs(Math.round(percent))} %`;
}

const isWatch = ({ type }: RawEvent) => ["watch", "look", "verdict"].includes(type);

/** Nothing was kept but what the last step made. */
const unwatched = (events: readonly RawEvent[]) =>
  events
    .filter((event) => !isWatch(event))
    .map((event): RawEvent => (event.type === "done" ? { ...event, kept: undefined } : event));

const changeLook =
  (step: number, changed: (look: RawEvent) => RawEvent) => (events: readonly RawEvent[]) =>
    events.map((event) =>
      event.type === "look" && event["step"] === step ? changed(event) : event,
    );

/** A measurement that overflowed, as JSON has it. */
const broken = (look: RawEvent): RawEvent => {
  const rows = look["rows"] as Record<string, number[]>; // Of every look.
  return { ...look, rows: { ...rows, train: rows["train"]?.map(() => null) } };
};

describe("the report of a watched run", () => {
  it("has every section, in the order that a person needs", async () => {
    const { page } = await pageOf();
    expect(sectionsOf(page)).toEqual([
      ...["verdict", "learned", "forgotten", "path", "pictures", "timesteps", "drawings", "loss"],
      ...["settings", "watching"],
    ]);
    expect(page.match(/<svg/g)).toHaveLength(5);
  });

  it("says what the judge says, of the run that the log records", async () => {
    const run = await recordedRun();
    const { page } = await reportOf(run);
    const { events } = await openRun(nodeFiles, run);
    const history = historyOf(events);
    expect(history).toBeDefined();
    if (history === undefined) return;
    const { signals, kept } = judge(history);
    const told = events.findLast((event) => event.type === "verdict");
    expect(told?.state).toBe("forgetting");
    expect(page).toContain(
      "Forgetting much: other things are predicted 370 % worse than by the base, &quot;a robot&quot; 348 %. --prior-source prediction keeps what the base knows.",
    );
    expect(kept.step).toBe(27);
    expect(page).toContain(
      "Kept step 27: pictures like the one held out should have their lowest error there",
    );
    const best = signals.find(({ step }) => step === 27);
    const likely = best?.learned.ofOthersLikeThem;
    expect(page).toContain(
      `<strong>The result is step 27: error on the picture held out −46 % (others like it: ${change(likely?.high ?? 0).replace(" %", "")} to ${change(likely?.low ?? 0)}); other things are predicted 209 % worse than by the base, “a robot” 144 %.</strong>`,
    );
    expect(page).toContain("At the last look, step 100: Forgetting much");
    expect(page).toContain('class="verdict bad"');
    const last = signals.at(-1);
    expect(page).toContain(`in training ${change(last?.train.ofThese.value ?? 0)}`);
    expect(page).toContain(`held out ${change(last?.learned.ofThese.value ?? 0)}`);
    expect(page).toContain(`other things +${Math.round(100 * (last?.generic?.now.value ?? 0))} %`);
    const forecast = signals.find(({ step }) => step >= 50);
    expect(forecast?.step).toBe(59);
    expect(page).toContain(
      `At step 59 the forecast for other things at step 100 was +${Math.round(100 * (forecast?.generic?.atEnd?.value ?? 0))} %`,
    );
    const { steps, pictures } = pictureTables(history, "learned");
    for (const { values } of pictures) {
      expect(page).toContain(`<td class="number">${change(values[steps.indexOf(27)] ?? 0)}</td>`);
      expect(page).toContain(`<td class="number">${change(values.at(-1) ?? 0)}</td>`);
    }
    // Of those in training: what is held out is not to be mended.
    const worst = [...pictureTables(history, "train").pictures].sort(
      (a, b) => (b.values[steps.indexOf(27)] ?? 0) - (a.values[steps.indexOf(27)] ?? 0),
    )[0];
    expect(page).toContain(`Least was learned of ${worst?.picture} (`);
  });

  it("counts pictures that were trained on apart from those held out", async () => {
    const { page } = await pageOf();
    expect(page).toContain("100 steps on 4 pictures and 1 held out in ");
    const apart = (events: readonly RawEvent[]): RawEvent[] =>
      // Still events.
      JSON.parse(
        JSON.stringify(events)
          .replaceAll('"picture":"mascot-1.png"', '"picture":"held/mascot-1.png"')
          .replaceAll(
            '"heldOut":["mascot-1.png"]',
            '"heldOut":["held/mascot-1.png"],"validation":{"folder":"held","pictures":3}',
          ),
      ) as RawEvent[];
    const validated = await pageOf({ change: apart });
    expect(validated.page).toContain("100 steps on 5 pictures and 1 held out in ");
    expect(validated.page).toContain('<th scope="row">held/mascot-1.png</th>');
  });

  it("shows what other strengths of the result would give, once they are measured", async () => {
    const run = await recordedRun();
    const { report: before, page: plain } = await reportOf(run);
    expect(before.strengths).toBeUndefined();
    expect(plain).not.toContain("×0.6");
    const around = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });
    const learnedAt = (value: number) => {
      return { ofThese: around(value), ofOthersLikeThem: around(value), pictures: 1 };
    };
    const measuredAt = (strength: number) => {
      const error = learnedAt(-strength / 2);
      return { strength, learned: error, train: error, generic: around(strength) };
    };
    const chosen = {
      strength: 0.6,
      reason: "as-good",
      lowest: 1,
      beatsBase: true,
      ranked: [0.6, 1],
    };
    const record = { version: 1, step: 27, bank: "held-out", heldOut: ["mascot-1.png"] };
    const strengths = [0.6, 1].map(measuredAt);
    const write = (fields: object) =>
      writeFileSync(
        join(run, "strength.json"),
        JSON.stringify({ ...record, strengths, chosen, results: [], ...fields }),
      );
    const file = { kind: "adapter", form: "kohya", path: "run/lora-strength-0.6.safetensors" };
    write({ results: [file] });
    const { page } = await reportOf(run);
    expect(page).toContain(
      "<code>run/lora-strength-0.6.safetensors</code>: the adapter for A1111, Forge and ComfyUI, at strength 0.6",
    );
    expect(page.match(/<path class="mark scaled"/g)).toHaveLength(2);
    for (const label of ["×0.6", "×1"]) expect(page).toContain(`>${label}</text>`);
    expect(page).toContain("The dashed line is the result at other strengths");
    // Of another result they say nothing of this one.
    write({ step: 50 });
    expect((await reportOf(run)).page).not.toContain("×0.6");
    write({ version: 7 });
    const damaged = await reportOf(run);
    expect(damaged.page).toContain("Measure them anew: atelier strength.");
    expect(damaged.report.strengths).toBeUndefined();
  });

  it("shades states from when to when they held", async () => {
    const { report } = await pageOf();
    expect(report.watch?.spans).toEqual({
      learning: [
        { state: "learning", from: 0, to: 27 },
        { state: "overfitting", from: 27, to: 100 },
      ],
      forgetting: [{ state: "forgetting-much", from: 6, to: 100 }],
    });
  });

  it("counts what looks and the run took by the times of the log", async () => {
    const { report, page } = await pageOf();
    expect(report.watch?.seconds).toBeCloseTo(6.56, 1);
    expect(report.seconds).toBeCloseTo(27.6, 0);
    expect(page).toContain("12 looks took 7 s, 24 % of the run");
  });

  it("says of pictures held out what others like them are likely to do", async () => {
    const { page, report } = await pageOf();
    const likely = report.watch?.judgement.signals.at(-1)?.learned.ofOthersLikeThem;
    const range = [likely?.low, likely?.high].map((end) => change(end ?? 0));
    expect(page).toContain('class="band others"');
    expect(range).toEqual(["−68 %", "+116 %"]);
    expect(page).toContain(
      "One picture was held out (mascot-1.png): what is said holds of it, and the error on others like it lies, nine times out of ten, between −68 and +116 %.",
    );
  });

  it("says of enlarged views that they do not tell which step is best", async () => {
    const echoed = (events: readonly RawEvent[]): RawEvent[] =>
      // Still events.
      JSON.parse(
        JSON.stringify(events)
          .replaceAll('"held-out"', '"echo"')
          .replaceAll('"heldOut":["mascot-1.png"]', '"heldOut":[]'),
      ) as RawEvent[];
    const { page, report } = await pageOf({ change: echoed });
    expect(page).toContain("enlarged views of the pictures do not tell which step is the best");
    expect(page).not.toContain('class="band others"');
    expect(page).toContain("No picture was held out");
    expect(report.watch?.spans.learning.map(({ state }) => state)).toEqual(["learning"]);
  });

  it("loads nothing from elsewhere", async () => {
    const { page } = await pageOf();
    expect(page).not.toMatch(/https?:|<script|<link|<iframe|url\(|@import/);
    const sources = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, source]) => source);
    expect(sources).toHaveLength(5);
    for (const source of sources) expect(source).toMatch(/^data:image\/png;base64,/);
    expect(page).toContain(`content="default-src 'none'; img-src data:;`);
  });

  it("escapes names of pictures, prompts and what a watcher said", async () => {
    const renamed = (events: readonly RawEvent[]): RawEvent[] =>
      // What is an event stays one.
      JSON.parse(
        JSON.stringify(events)
          .replaceAll("mascot-3.png", '<img src=x>\\"&.png')
          .replaceAll('"classPrompt":"a robot"', '"classPrompt":"<b>robots</b>"'),
      ) as RawEvent[];
    const { page } = await pageOf({ change: renamed });
    expect(page).toContain("&lt;img src=x&gt;&quot;&amp;.png");
    expect(page).toContain("forecast for “&lt;b&gt;robots&lt;/b&gt;” at step 100");
    expect(page).not.toContain("<img src=x>");
    expect(page).not.toContain("<b>robots");
  });

  it("leaves out looks that are no numbers, and says so", async () => {
    const { page, report } = await pageOf({ change: changeLook(35, broken) });
    expect(report.watch?.broken).toEqual([35]);
    expect(page).toContain("At step 35 (×) an error or a gradient was no finite number.");
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
    const none = (events: readonly RawEvent[]) =>
      events.map((event) => (event.type === "look" && event["step"] !== 0 ? broken(event) : event));
    const all = await pageOf({ change: none });
    expect(all.page).toContain("Diverging at step 100");
    expect(all.page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("says of a record that cannot be judged that it is damaged, and reports the rest", async () => {
    const cut = changeLook(35, (look) => ({ ...look, rows: {} }));
    const { page } = await pageOf({ change: cut });
    expect(page).toContain("The record of this watch is damaged");
    expect(sectionsOf(page)).toContain("loss");
    expect(sectionsOf(page)).not.toContain("learned");
  });

  it("is of a single picture, too", async () => {
    const one = (events: readonly RawEvent[]): RawEvent[] =>
      JSON.parse(JSON.stringify(events).replaceAll(/mascot-\d/g, "mascot-1")) as RawEvent[]; // Still events.
    const { page, report } = await pageOf({ change: one, pictures: ["mascot-1.png"] });
    expect(report.pictures.map(({ name }) => name)).toEqual(["mascot-1.png"]);
    expect(page.match(/<td class="thumb">/g)).toHaveLength(1);
    expect(page).not.toContain("Least was learned of");
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("names pictures whose files are gone without showing them", async () => {
    const pictures = ["mascot-1.png", "mascot-2.png"];
    const { page } = await pageOf({ pictures });
    expect(page.match(/no file/g)).toHaveLength(3);
    expect(page.match(/<img /g)).toHaveLength(2);
    expect(page).toContain('<th scope="row">mascot-5.png</th>');
  });

  it("forecasts the end of a run that goes on from its last look", async () => {
    const cut = (events: readonly RawEvent[]) =>
      events.filter(
        ({ type, step }) => type !== "done" && !(typeof step === "number" && step > 46),
      );
    const { page, report } = await pageOf({ change: cut });
    expect(report.state.kind).toBe("interrupted");
    expect(page).toContain("At this pace, other things will be at +");
    expect(page).toContain('class="forecast generic"');
    expect(page).toContain("Best so far: Kept step 27");
    expect(page).toContain("goes on with: atelier resume");
  });
});

describe("the report of a run that nobody watched", () => {
  it("is shorter, and says how to watch", async () => {
    const { page, report } = await pageOf({ change: unwatched, share: 0 });
    expect(report.watch).toBeUndefined();
    expect(sectionsOf(page)).toEqual(["verdict", "drawings", "loss", "settings", "watching"]);
    expect(page).toContain("This training was not watched");
    expect(page).toContain("--watch 0.1");
    expect(page).toContain("run/lora.safetensors");
  });

  it("says of one that was to be watched and was too short for it what to do", async () => {
    const { page } = await pageOf({ change: unwatched });
    expect(page).toContain("This training was not looked at");
    expect(page).toContain("give it more steps, or a larger share of the time");
    expect(page).not.toContain("--watch 0.1");
  });

  it("has no curve of a run that ended before its first step", async () => {
    const { page } = await pageOf({ change: (events) => unwatched(events).slice(0, 1) });
    expect(page).toContain("There are too few steps for a curve.");
    expect(page).toContain("Nothing was made yet.");
  });
});

describe("drawings", () => {
  it("are those of the base, of the kept step and of the end, beside the picture most alike", async () => {
    const run = await recordedRun({
      change: (events) => {
        const sample = { version: 2, time: "2026-11-30T06:57:00.000Z", type: "sample", seed: 0 };
        const drawn = [0, 20, 30, 40, 100].map((step) => {
          return {
            ...sample,
            step,
            prompt: "a <i>robot",
            path: `elsewhere/samples/step-${step}.png`,
          };
        });
        return [...events.slice(0, -1), ...drawn, ...events.slice(-1)];
      },
    });
    mkdirSync(join(run, "samples"));
    const draw = async (level: number): Promise<void> => {
      const data = new Uint8Array(3 * 8 * 8).fill(level);
      const bytes = await encodePng({ width: 8, height: 8, data });
      for (const step of [0, 20, 30, 40, 100]) {
        writeFileSync(join(run, "samples", `step-${step}.png`), bytes);
      }
    };
    // Like mascot-4.png.
    await draw(150);
    const { page, report } = await reportOf(run);
    expect(report.samples.map(({ step }) => step)).toEqual([0, 30, 100]);
    expect(page).toContain("<figcaption>the base</figcaption>");
    expect(page).toContain("<h3>“a &lt;i&gt;robot”</h3>");
    expect(page).toContain("step 30, nearest to the result (27)");
    expect(page).toContain("most alike in training: mascot-4.png");
    // Most like mascot-1.png, which is held out and cannot have been copied.
    await draw(50);
    expect((await reportOf(run)).page).toContain("most alike in training: mascot-2.png");
  });

  it("compares pictures of any shapes by their layout", () => {
    const picture = (width: number, height: number, isLight: (x: number) => boolean) => {
      const data = new Uint8Array(3 * width * height).map((_, index) =>
        isLight((Math.floor(index / 3) % width) / width) ? 220 : 30,
      );
      return { picture: { width, height, data } };
    };
    const left = picture(40, 20, (x) => x < 0.5);
    const right = picture(24, 48, (x) => x >= 0.5);
    const drawn = picture(32, 32, (x) => x >= 0.5);
    expect(nearestPicture(drawn.picture, [left, right])).toBe(right);
    expect(nearestPicture(drawn.picture, [])).toBeUndefined();
  });
});

describe("the curve as text", () => {
  it("marks the kept step below its look, in blocks or in plain characters", async () => {
    const { report } = await pageOf();
    const { watch } = report;
    expect(watch).toBeDefined();
    if (watch === undefined) return;
    const [curve = "", mark = ""] = textCurve(watch, { kept: 27, isUnicode: true }, text);
    expect(curve).toBe("Error on what is held out █▄▄▃▃▂▁▂▄▅▅▆▆ −17 %");
    // Kept is a look after the lowest: pictures in training tell that others still gain.
    expect(mark).toBe(`${" ".repeat(curve.indexOf("▁") + 1)}^ kept: step 27, −46 %`);
    const plain = textCurve(watch, { kept: 27, isUnicode: false }, text);
    expect(plain[0]).toMatch(/^Error on what is held out @[_.\-=+*#@]{12} −17 %$/);
  });

  it("has at most 80 columns, however many looks there were", async () => {
    const { report } = await pageOf();
    const { watch } = report;
    expect(watch).toBeDefined();
    if (watch === undefined) return;
    const [start] = watch.judgement.signals;
    const signals = Array.from({ length: 400 }, (_, index) => ({
      ...start,
      ...watch.judgement.signals[5],
      step: 1000 * index,
    }));
    const many = { ...watch, judgement: { ...watch.judgement, signals } } as typeof watch; // Whole signals of 400 steps.
    for (const line of textCurve(many, { kept: 399_000, isUnicode: true }, text)) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
    const [, mark = ""] = textCurve(many, { kept: 201_000, isUnicode: true }, text);
    expect(mark).toContain("^ kept: step 201000");
    const far = { ...many, bank: "held-out" } as const;
    const [curve = "", last = ""] = textCurve(far, { kept: 399_000, isUnicode: true }, text);
    expect(last).toBe("kept: step 399000, −41 % ^".padStart(curve.indexOf(" −")));
  });
});
