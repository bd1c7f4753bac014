/**
 * @file `npm run bench`: training steps, a picture, and the start of a training, each in processes of its own,
 * as a Markdown table. With `--peer <python>` the same in diffusers and peft on PyTorch as well as that can be
 * switched to run on this machine: variants are tried first, then the fastest and plain float32 are measured
 * in rounds with ours in turn. The DreamBooth and Textual Inversion steps of the peer are those of diffusers'
 * example scripts, which encode pictures and captions in every step; ours are cached, but for the captions of a
 * word that trains.
 *
 * Options: --peer <python>, --rounds <n> (3), --only <case, …>, --threads <n> (2),
 * --variants <name, …> (see peer/variants.ts; all that make sense), --try-minutes <n> (30).
 */

import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Case } from "./case.js";
import { cases } from "./cases.js";
import type { Measurement } from "./measurement.js";
import { difference, findBest, type TryOptions } from "./peer/find-best.js";
import { runPeer } from "./peer/run-peer.js";
import { plain } from "./peer/variants.js";
import { type Rounds, reportTable } from "./report.js";

const { values: options } = parseArgs({
  options: {
    peer: { type: "string" },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    threads: { type: "string", default: "2" },
    variants: { type: "string" },
    "try-minutes": { type: "string", default: "30" },
  },
});
const threads = Number(options.threads);
const tries: TryOptions = {
  named: options.variants?.split(","),
  timeoutMs: Number(options["try-minutes"]) * 60_000,
  tell: ({ variant, outcome }) => console.log(`  ${variant.padEnd(40)} ${outcome}`),
};
const chosen = (options.only?.split(",") ?? Object.keys(cases)).map(caseOf);
const folder = mkdtempSync(join(tmpdir(), "atelier-bench-"));
const done: Rounds[] = [];
try {
  const processor = cpus()[0]?.model ?? "unknown processor";
  console.log(`${processor}, ${availableParallelism()} cores, ${threads} threads`);
  for (const each of chosen) {
    try {
      done.push(await measure(each));
    } catch (error) {
      // The others are measured all the same.
      console.error(error);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true });
  if (done.length > 0) console.log(`\n${reportTable(done)}`);
}

function caseOf(name: string): Case {
  const found = cases[name];
  if (found !== undefined) return found;
  throw new Error(`bench: expected cases ${Object.keys(cases).join(", ")}, got "${name}".`);
}

/** Rounds in which both sides take turns, so that a slower machine is slower for both. */
async function measure({ title, ours, peer }: Case): Promise<Rounds> {
  console.log(`\n${title}`);
  const own: Measurement[] = [];
  const ofBest: Measurement[] = [];
  const ofPlain: Measurement[] = [];
  const machine = options.peer && { python: options.peer, threads, folder };
  const found = peer && machine && { peer, machine, ...findBest(peer, machine, tries) };
  for (let round = 0; round < Number(options.rounds); round++) {
    own.push(await ours({ threads }));
    if (!found) continue;
    const { best, runsPlain } = found;
    const run = (variant: string) =>
      runPeer(found.peer, found.machine, { variant, length: "measured" });
    ofBest.push(run(best));
    if (runsPlain && best !== plain) ofPlain.push(run(plain));
  }
  if (!found) return { title, ours: own };
  const { best } = found;
  const rounds = { best, ofBest, ofPlain: best === plain ? ofBest : ofPlain };
  const [mine, theirs] = [own[0], rounds.ofPlain[0]];
  if (found.peer.isAlike && mine !== undefined && theirs !== undefined) {
    const off = difference(mine.checks, theirs.checks).toExponential(1);
    console.log(`  Atelier's is off by ${off} from ${plain}'s`);
  }
  return { title, ours: own, peer: rounds };
}
