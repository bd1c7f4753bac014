/** @file The report of a tune, of a recorded one on the embedded base: everything is in it, and nothing is loaded. */

import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { bestOf, readTune, type TuneState } from "@atelier/diffusion/tune";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { messagesFor } from "../../messages/messages.js";
import { fixture, temporaryFolder } from "../../testing/run-cli.js";
import { probeLines, probeTable } from "./probe-table.js";
import { tunePage } from "./tune-page.js";
import { tuneReport } from "./tune-report.js";

const text = await messagesFor({});

/** The recorded tune, as it stands in a folder. */
async function recorded(): Promise<TuneState> {
  const folder = join(temporaryFolder(), "tune");
  mkdirSync(folder);
  cpSync(fixture("tunes", "mascot.json"), join(folder, "tune.json"));
  return readTune(nodeFiles, folder);
}

const results = [{ kind: "adapter", form: "kohya", path: "tune/final/lora.safetensors" }] as const;

const reportOf = (state: TuneState) => {
  const keptStep = state.probes.at(-1)?.points.at(-1)?.step;
  return tuneReport("tune", state, { results, keptStep, drawn: undefined });
};

const sectionsOf = (page: string) =>
  [...page.matchAll(/<section id="([a-z]+)">/g)].map(([, id]) => id);

describe("the report of a tune", () => {
  it("has every section, every probe, and every decision as a sentence", async () => {
    const state = await recorded();
    const page = await tunePage(reportOf(state), text);
    expect(sectionsOf(page)).toEqual([
      ...["result", "pareto", "probes", "decisions", "curves", "range", "trust"],
    ]);
    expect(page).not.toMatch(/undefined|NaN|Infinity/);
    for (const { plan } of state.probes.slice(1)) expect(page).toContain(text.tune.name(plan));
    expect(state.decisions.length).toBeGreaterThan(4);
    expect(page.match(/<ol>(?:<li>[^<]+<\/li>)+<\/ol>/)?.[0].match(/<li>/g)?.length).toBe(
      state.decisions.length,
    );
    expect(page).toContain("default-src &#39;none&#39;".replaceAll("&#39;", "'"));
    expect(page).not.toMatch(/src="(?!data:)|url\(/);
    expect(page).toContain("tune/final/lora.safetensors");
    expect(page).toContain("atelier train tune/chosen.json");
  });

  it("rings the chosen one, stars the result, and pales what was left or is beaten", async () => {
    const state = await recorded();
    const report = reportOf(state);
    const page = await tunePage(report, text);
    const chosen = report.probes.filter(({ fate }) => fate === "chosen");
    expect(chosen.map(({ record }) => record.plan.id)).toEqual([state.chosen?.record.plan.id]);
    expect(page.match(/class="ring"/g)).toHaveLength(1);
    expect(page.match(/class="mark probe result"/g)).toHaveLength(1);
    const pale = report.probes.filter(({ fate }) => fate === "left" || fate === "dominated");
    expect(page.match(/<tr class="faint">/g) ?? []).toHaveLength(pale.length);
  });

  it("has the numbers of each probe's best look in its table, and so has the terminal", async () => {
    const report = reportOf(await recorded());
    const { rows } = probeTable(report, text);
    expect(rows).toHaveLength(report.probes.length);
    for (const { probe, cells } of rows) {
      if (probe.fate === "result") continue;
      const best = bestOf(probe.record.points);
      expect(cells[1]).toBe(best === undefined ? "–" : String(best.step));
    }
    const lines = probeLines(probeTable(report, text));
    expect(lines).toHaveLength(rows.length + 1);
    for (const line of lines) expect(line).not.toMatch(/\s$|undefined|NaN/);
  });

  it("of one that goes on says how, and of one that tuned nothing why", async () => {
    const state = await recorded();
    const [range] = state.probes;
    const { chosen: _, ...unchosen } = state;
    const plan = { id: "fast", stage: "fast", learningRate: 1, steps: 9 } as const;
    const next = { plan, until: "end" } as const;
    const open = { ...unchosen, decisions: [], probes: [], next };
    const going = await tunePage(reportOf(open), text);
    expect(going).toContain("The tune is not over yet.");
    expect(going).toContain("atelier resume tune");
    const short = { code: "too-short", minutes: 1, enough: 7 } as const;
    const none = await tunePage(
      reportOf({ ...unchosen, decisions: [short], probes: range === undefined ? [] : [range] }),
      text,
    );
    expect(none).toContain(
      "1 minute is too short to try anything out here; about 7 minutes would do",
    );
    expect(none).toContain("Nothing could be tried out; the usual settings were trained.");
  });

  it("escapes what stands in a config", async () => {
    const state = await recorded();
    const { settings } = state;
    const data = { ...settings.config.data, folder: "<b>&" };
    const config = { ...settings.config, data };
    const page = await tunePage(reportOf({ ...state, settings: { ...settings, config } }), text);
    expect(page).toContain("&lt;b&gt;&amp;");
    expect(page).not.toContain("<b>&");
  });
});
