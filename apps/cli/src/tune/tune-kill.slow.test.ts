/**
 * @file The command itself on the embedded base, killed at several moments and gone on with until it is done: it has
 * decided what a tune without a break decides, and its final training has the same bits.
 */

import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mascotLessons } from "@atelier/base";
import { createMascotRenderer } from "@atelier/base/node";
import { readTune } from "@atelier/diffusion/tune";
import { createTorchGenerator } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { writePictures } from "../demo/write-pictures.js";
import { temporaryFolder } from "../testing/run-cli.js";

const kills = 8;
const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** Runs the command; whether it came to its end by itself. @throws Error for one that failed. */
function attempt(args: readonly string[], killAfterMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      // A group of its own: what trains is killed as well.
      detached: true,
    });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-4000);
    });
    const timer = Number.isFinite(killAfterMs)
      ? setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), killAfterMs)
      : undefined;
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(true);
      else if (signal === "SIGKILL") resolve(groupEnded(child.pid ?? 0).then(() => false));
      else reject(new Error(complaint));
    });
  });
}

/** The one that trains may end a moment after the one that started it, and holds its folder until then. */
async function groupEnded(group: number): Promise<void> {
  const isAlive = (): boolean => {
    try {
      return process.kill(-group, 0);
    } catch {
      return false;
    }
  };
  while (isAlive()) await new Promise((resolve) => setTimeout(resolve, 20));
}

it(`a tune survives ${kills} kills and decides the same`, async () => {
  const folder = temporaryFolder();
  const pictures = join(folder, "pictures");
  const renderer = createMascotRenderer();
  const lessons = [];
  for (const { scene, caption } of mascotLessons) {
    lessons.push({ caption, picture: await renderer.render(scene) });
  }
  await writePictures(nodeFiles, pictures, { stem: "mascot", lessons });
  const whole = join(folder, "whole");
  const cache = join(folder, "cache");
  const flags = ["--minutes", "4", "--watch-class-prompt", "a robot"];
  const begin = ["tune", pictures, "--run", whole, "--cache-folder", cache, ...flags];
  const begun = performance.now();
  expect(await attempt(begin, Number.POSITIVE_INFINITY)).toBe(true);
  const wholeMs = performance.now() - begun;
  const expected = await readTune(nodeFiles, whole);

  // Paces are measured once, in the range test: what comes after it is killed.
  const broken = join(folder, "broken");
  mkdirSync(join(broken, "probes"), { recursive: true });
  cpSync(join(whole, "probes", "range"), join(broken, "probes", "range"), { recursive: true });
  const record: unknown = JSON.parse(readFileSync(join(whole, "tune.json"), "utf8"));
  const probes = expected.probes.slice(0, 1);
  writeFileSync(join(broken, "tune.json"), JSON.stringify(Object.assign({}, record, { probes })));
  const draws = createTorchGenerator(1);
  let wasKilled = 0;
  for (let isDone = false; !isDone; ) {
    const [draw = 0] = draws.rand(1);
    const share = (0.5 + draw) / kills;
    const killAfterMs = wasKilled < kills ? 2000 + share * wholeMs : Number.POSITIVE_INFINITY;
    isDone = await attempt(["resume", broken], killAfterMs);
    if (!isDone) wasKilled += 1;
  }
  expect(wasKilled).toBeGreaterThan(2);
  const found = await readTune(nodeFiles, broken);
  expect(found.decisions).toEqual(expected.decisions);
  expect(found.probes).toEqual(expected.probes);
  // Where four minutes are too short, the usual settings were trained.
  const full = expected.probes.at(-1)?.plan.id ?? "";
  const [before, after] = [whole, broken].map((each) =>
    readFileSync(join(each, full, "lora.safetensors"), "base64"),
  );
  expect(after).toBe(before);
}, 1_800_000);
