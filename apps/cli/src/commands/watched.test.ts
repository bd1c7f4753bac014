/** @file Watched trainings with what cannot be watched well, by the real command line, on a tiny base. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "@atelier/diffusion/files";
import { describe, expect, it } from "vitest";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = fixture("tiny-checkpoints", "tiny-sd1");
const tokenizer = fixture("tokenizer-small");

/** A picture of coloured squares, different for each seed. */
async function draw(path: string, seed: number, width = 32, height = 32): Promise<void> {
  let state = 2654435761 * (seed + 1);
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  const squares = Array.from({ length: 3 * 16 }, next);
  const data = new Uint8Array(3 * width * height).map((_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const square = 4 * Math.floor((4 * y) / height) + Math.floor((4 * x) / width);
    return squares[3 * square + (i % 3)] ?? 0;
  });
  writeFileSync(path, await encodePng({ width, height, data }));
}

/** What a case has in its folder, and what is asked of it. */
interface Case {
  /** Seeds of pictures, or their shapes. */
  readonly pictures: readonly (number | readonly [width: number, height: number])[];
  /** Seeds of pictures in `held`. */
  readonly held?: readonly number[];
  readonly command?: string;
  readonly steps?: number;
  /** By default that it shall be watched all the time. */
  readonly watch?: readonly string[];
  readonly flags: readonly string[];
}

const always = ["--watch", "1", "--watch-prompts", "a dog"];

async function train({ watch = always, steps = 5, ...given }: Case) {
  const { pictures, held = [], command = "lora", flags } = given;
  const folder = temporaryFolder();
  const [shown, validation, run] = ["pictures", "held", "run"].map((name) => join(folder, name));
  for (const path of [shown, validation]) mkdirSync(path ?? "");
  for (const [index, picture] of pictures.entries()) {
    const [seed, ...size] = typeof picture === "number" ? [picture] : [index, ...picture];
    await draw(join(shown ?? "", `${index}.png`), seed, ...size);
  }
  for (const [index, seed] of held.entries()) {
    await draw(join(validation ?? "", `${index}.png`), seed);
  }
  const result = await runCli([
    ...[command, shown ?? "", "--base", base, "--tokenizer", tokenizer, "--run", run ?? ""],
    ...["--steps", String(steps), "--batch-size", "8", "--cache-folder", join(folder, "cache")],
    ...["--samples-every-steps", "0", ...watch],
    ...flags.map((flag) => (flag === "HELD" ? (validation ?? "") : flag)),
  ]);
  return { ...result, said: result.stdout + result.stderr, run: run ?? "" };
}

const cat = ["--prompt", "a cat"];
const four = [1, 2, 3, 4];

describe("a training that is to be watched", () => {
  it.each<[string, Case, readonly (string | RegExp)[]]>([
    ["one picture", { pictures: [1], flags: cat }, [/Verdict: /, "Enlarged views"]],
    [
      "the same picture twice",
      { pictures: [1, 1], flags: [...cat, "--held-out", "1"] },
      [
        "The same picture more than once: 0.png = 1.png.",
        /No picture is held out, though 1 was to be: .* a folder of further pictures does \(--validation\)\./,
      ],
    ],
    [
      "buckets of one picture each",
      {
        pictures: [
          [32, 32],
          [64, 16],
          [16, 64],
        ],
        flags: [...cat, "--buckets", "--buckets-step", "8", "--buckets-max-aspect", "4"],
      },
      [/No picture is held out, though 1 was to be: the rest .*have another shape than most\./],
    ],
    [
      "a base that predicts what it drew no better than by chance",
      { pictures: four, flags: cat },
      [/The base predicts what it drew itself hardly better than not at all \(\d+ % of the error/],
    ],
    [
      "a word without an initial word, which names no class",
      {
        ...{ pictures: four, command: "textual-inversion" },
        flags: ["--token", "<it>", "--prompt", "a <it>"],
      },
      [
        /Not trained on, to see whether others like them are learned: \d\.png/,
        /other things are predicted [\d.]+ % worse than by the base\./,
      ],
    ],
    [
      "a word that begins as another",
      {
        ...{ pictures: four, command: "textual-inversion" },
        flags: ["--token", "<it>", "--init", "dog", "--prompt", "a photo of <it>"],
      },
      ["“a photo of dog”"],
    ],
    [
      "a folder for validation",
      { pictures: four, held: [5, 6], flags: [...cat, "--validation", "HELD"] },
      ["Not trained on, to see whether others like them are learned: held/0.png, held/1.png"],
    ],
    [
      "a folder for validation that may show what training shows",
      {
        ...{ pictures: four, held: [2, 6] },
        flags: [...cat, "--validation", "HELD", "--allow-overlap"],
      },
      ["Pictures for validation show what training shows: held/0.png = 1.png."],
    ],
  ])("is, with %s, and says what that means", async (_, given, expected) => {
    const { code, said, run } = await train(given);
    expect(code, said).toBe(0);
    const page = readFileSync(join(run, "report.html"), "utf8");
    for (const text of expected) expect(said + page).toMatch(text);
    expect(said + page).not.toMatch(/\bNaN\b|\bInfinity\b|\bundefined\b/);
  });

  it.each<[string, Case, number, string | RegExp]>([
    [
      "all pictures held out",
      { pictures: four, flags: [...cat, "--held-out", "4"] },
      2,
      "watch.heldOut: expected fewer than the 4 pictures there are, got 4, which leaves none to train on.",
    ],
    [
      "the only picture held out",
      { pictures: [1], flags: [...cat, "--held-out", "1"] },
      2,
      "watch.heldOut: expected fewer than the one picture there is, got 1, which leaves none to train on.",
    ],
    [
      "nobody who looks at its folder for validation",
      { pictures: four, held: [5], flags: [...cat, "--validation", "HELD", "--watch", "0"] },
      2,
      /watch\.validation: expected a run that is watched, got watch\.share 0.* \(--validation\)/,
    ],
    [
      "an empty folder for validation",
      { pictures: four, flags: [...cat, "--validation", "HELD"] },
      1,
      /pictures .*held: expected JPEG, PNG, WebP or AVIF files, got an empty folder\./,
    ],
  ])("is refused before anything is written with %s", async (_, given, expectedCode, message) => {
    const { code, said, run } = await train(given);
    expect(said).toMatch(message);
    expect(code).toBe(expectedCode);
    expect(existsSync(run)).toBe(false);
  });

  it("is refused where a picture for validation is trained on, before anything is computed", async () => {
    const given = { pictures: four, held: [6, 3], flags: [...cat, "--validation", "HELD"] };
    const { code, said } = await train(given);
    expect(code).toBe(1);
    expect(said).toContain("held/1.png = 2.png");
    expect(said).toContain("or look at them all the same: --allow-overlap.");
    expect(said).not.toContain("pictures encoded");
  });
});

describe("a training of which nobody has said how it is to be watched", () => {
  const usual = { steps: 40, watch: [], flags: cat };
  const notTrainedOn = "Not trained on, to see whether others like them are learned: ";
  const lastIsKept = "The result is the last step's: enlarged views of the pictures do not tell";

  it("holds one of five pictures out, and ends with what came of it", async () => {
    const { code, said } = await train({ ...usual, pictures: [1, 2, 3, 4, 5] });
    expect(code, said).toBe(0);
    expect(said).toContain(notTrainedOn);
    expect(said).toContain("Verdict: ");
    expect(said).not.toContain(lastIsKept);
  });

  it("learns from all of four, and says that the last step is the result and what else can be", async () => {
    const { code, said } = await train({ ...usual, pictures: four });
    expect(code, said).toBe(0);
    expect(said).not.toContain(notTrainedOn);
    expect(said).toMatch(/The result is the last step's: .* With --held-out 1 one picture is/);
  });

  it("cannot hold one of two out, and does not say that it could", async () => {
    const { code, said } = await train({ ...usual, pictures: [1, 2] });
    expect(code, said).toBe(0);
    expect(said).toContain(lastIsKept);
    expect(said).not.toContain("--held-out");
  });

  it("holds out one of four where it is watched by request", async () => {
    const asked = { watch: ["--watch", "0.1"], steps: 50, pictures: four };
    const { code, said } = await train({ ...usual, ...asked });
    expect(code, said).toBe(0);
    expect(said).toContain(notTrainedOn);
  });

  it("is not watched where it is too short for that, and draws nothing for it", async () => {
    const { code, said } = await train({ ...usual, steps: 3, pictures: [1, 2, 3, 4, 5] });
    expect(code, said).toBe(0);
    expect(said).toContain("The run is not watched: 3 steps of 8 pictures leave too little time");
    expect(said).toContain("or let watching take more (--watch).");
    expect(said).not.toContain("drawings of the base");
  });

  it("is not watched with --watch 0, and nothing is said of that", async () => {
    const off = { watch: ["--watch", "0"], pictures: [1, 2, 3, 4, 5] };
    const { code, said } = await train({ ...usual, ...off });
    expect(code, said).toBe(0);
    expect(said).not.toMatch(/not watched|Verdict|drawings of the base|Not trained on/);
  });
});
