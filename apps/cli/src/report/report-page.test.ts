/** @file The report: everything is in it, escaped, in one file that loads nothing. */

import type { Measures } from "@atelier/base";
import { html } from "@atelier/base";
import type { RgbPicture } from "@atelier/diffusion/core";
import { describe, expect, it } from "vitest";
import { messagesFor } from "../messages/messages.js";
import { assess, shareOfWay } from "./assess.js";
import type { DemoReport } from "./demo-report.js";
import { lossCurve, runningMean } from "./loss-curve.js";
import { reportPage } from "./report-page.js";
import { reportSheet } from "./report-sheet.js";

const text = await messagesFor({});

const picture = (level: number): RgbPicture => ({
  width: 8,
  height: 8,
  data: new Uint8Array(3 * 8 * 8).fill(level),
});

const measures: Measures = {
  judges: { clip: "clip judge", instance: "instance judge" },
  instance: { base: 0.2, after: 0.7, real: 0.9 },
  clipImage: { base: 0.5, after: 0.8, real: 0.95 },
  clipText: { base: 0.4, after: 0.38, real: 0.41 },
  likeness: { base: 0.25, after: 0.75 },
  recognised: [
    { prompt: "a robot on a red background", count: 4, of: 4 },
    { prompt: "a robot next to a pizza", count: 1, of: 1 },
  ],
  leak: { base: 0.15, after: 0.2 },
  surroundings: { base: 0.75, after: 0.875, real: 1 },
  classAlone: { sameSeed: 0.97, otherSeeds: 0.9 },
  unrelated: { sameSeed: 0.99, otherSeeds: 0.93 },
  unrelatedRight: { base: 1, after: 0.5, real: Number.NaN },
};

const report: DemoReport = {
  base: { name: "atelier-embedded", path: "/models/base", isDefault: true },
  subject: "a sks robot",
  portrait: '<svg xmlns="http://www.w3.org/2000/svg"/>',
  lessons: [{ caption: 'a <b>bold</b> "robot" & more', picture: picture(1) }],
  prompts: [
    {
      prompt: "a sks robot <script>alert(1)</script>",
      asksFor: "subject",
      seeds: [7, 8],
      before: [picture(2), picture(3)],
      after: [picture(4), picture(5)],
      real: [picture(6)],
    },
    {
      prompt: "a dog",
      asksFor: "unrelated",
      seeds: [7, 8],
      before: [picture(9), picture(10)],
      after: [picture(11), picture(12)],
      real: [],
    },
  ],
  losses: [1, 0.5, 0.25],
  measures,
  settings: [["Steps", "3"]],
  times: [
    ["Drawing", 61],
    ["Training", 20],
  ],
  adapter: {
    kohya: "runs/d/mascot.safetensors",
    diffusers: "runs/d/pytorch_lora_weights.safetensors",
  },
  drawing: { steps: 20, guidance: 3, side: 64 },
};

describe("reportPage", () => {
  it("escapes what is not its own", async () => {
    const page = await reportPage(report, text);
    expect(page).toContain("a &lt;b&gt;bold&lt;/b&gt; &quot;robot&quot; &amp; more");
    expect(page).toContain("a sks robot &lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).not.toMatch(/<script|<b>/);
  });

  it("has every picture inside and refers to nothing outside", async () => {
    const page = await reportPage(report, text);
    const images = page.match(/<img src="[^"]*"/g) ?? [];
    // The portrait, a lesson, two prompts with two pictures before and after, and one real one.
    expect(images).toHaveLength(1 + 1 + 8 + 1);
    for (const image of images) {
      expect(image).toMatch(/src="data:image\/(png|svg\+xml);base64,[A-Za-z0-9+/=]+"/);
    }
    expect(new Set(images).size).toBe(images.length);
    expect(page).not.toMatch(/(src|href|url\()=?["']?(https?:)?\/\//);
    expect(page).not.toMatch(/<(link|iframe|script|object|embed)|@import/);
    expect(page).toContain("default-src 'none'");
  });

  it("tells results, settings, times and how to go on", async () => {
    const page = await reportPage(report, text);
    expect(page).toContain("It worked.");
    expect(page).toContain("You would know the subject in 5 of 5 pictures");
    expect(page).toContain("1 min 21 s");
    for (const cell of ["0.200", "0.700", "0.900", "0.750", "67 %", "88 %", "0.990", "Steps"]) {
      expect(page).toContain(cell);
    }
    expect(page).toContain("atelier generate --adapter runs/d/mascot.safetensors");
    expect(page).toContain("from_pretrained(&quot;/models/base&quot;, ");
    for (const program of ["ComfyUI", "A1111", "diffusers"]) expect(page).toContain(program);
  });

  it("says plainly what did not work, and that nothing was measured", async () => {
    const recognised = [
      { prompt: "a robot on a red background", count: 4, of: 4 },
      { prompt: "a robot next to a pizza", count: 1, of: 4 },
    ];
    const missed = await reportPage({ ...report, measures: { ...measures, recognised } }, text);
    expect(missed).toContain("1 of 4 aims was missed.");
    expect(missed).toContain(
      "in 5 of 8 pictures (aim: 90 % of them). It is missing most in “a robot next to a pizza” (1 of 4).",
    );
    expect(missed.match(/class="fails"/g)).toHaveLength(1);
    const unjudged = await reportPage({ ...report, measures: undefined }, text);
    expect(unjudged).toContain("comes without a judge");
    expect(unjudged).not.toContain("It worked.");
  });
});

describe("assess", () => {
  it.each([
    ["subject", { recognised: [{ prompt: "a robot", count: 8, of: 9 }] }],
    ["subject", { recognised: [] }],
    ["surroundings", { surroundings: { base: 1, after: 0.79, real: 1 } }],
    ["class", { leak: { base: 0.1, after: 0.26 } }],
    ["class", { leak: { base: Number.NaN, after: Number.NaN } }],
    ["unrelated", { unrelated: { sameSeed: 0.94, otherSeeds: 0.93 } }],
  ] as const)("misses %s alone with %j", (claim, change) => {
    const missed = assess({ ...measures, ...change }).filter(({ holds }) => !holds);
    expect(missed.map((finding) => finding.claim)).toEqual([claim]);
  });

  it("holds what is just enough, and claims no more than everything", () => {
    const recognised = [{ prompt: "a robot", count: 9, of: 10 }];
    const surroundings = { base: 0.5, after: 1, real: 0.8 };
    const findings = assess({
      ...measures,
      recognised,
      surroundings,
      leak: { base: 0, after: 0.25 },
    });
    expect(findings.map(({ holds }) => holds)).toEqual([true, true, true, true]);
    expect(Math.max(...findings.map(({ value }) => value))).toBeLessThanOrEqual(1);
    expect(shareOfWay({ base: 0.2, after: 1, real: 0.9 })).toBe(1);
  });
});

describe("lossCurve", () => {
  it("averages over the last steps", () => {
    expect(runningMean([4, 2, 6, 0], 2)).toEqual([4, 3, 4, 3]);
  });

  it("stays within its frame, whatever the losses", () => {
    const losses = Array.from({ length: 200 }, (_, i) => (i % 50 === 3 ? 1000 : 1 / (i + 1)));
    const { markup } = lossCurve(losses, text);
    const numbers = [...markup.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)];
    expect(numbers.length).toBeGreaterThan(400);
    for (const [, x, y] of numbers) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x)).toBeLessThanOrEqual(640);
      expect(Number(y)).toBeGreaterThanOrEqual(0);
      expect(Number(y)).toBeLessThanOrEqual(220);
    }
    expect(lossCurve([1], text).markup).toContain("too few steps");
  });
});

describe("reportSheet", () => {
  it("has before and after of a prompt in one row", () => {
    const { width, height, data } = reportSheet(report, text);
    expect(width).toBe(4 * (128 + 8) + 8);
    const at = (x: number, y: number) => data[3 * (y * width + x)];
    expect([0, 1, 2, 3].map((column) => at(8 + column * 136 + 64, 64))).toEqual([2, 3, 4, 5]);
    expect(at(8 + 64, height / 2 + 64)).toBe(9);
  });
});

describe("html", () => {
  it("escapes values, keeps markup and leaves nothing for what is absent", () => {
    const inner = html`<i title="${`"'`}">${"<&>"}</i>`;
    expect(html`<p>${inner}${[inner]}${undefined}${3}</p>`.markup).toBe(
      `<p>${inner.markup}${inner.markup}3</p>`,
    );
    expect(inner.markup).toBe('<i title="&quot;&#39;">&lt;&amp;&gt;</i>');
  });
});
