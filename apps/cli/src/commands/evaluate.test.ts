/** @file `atelier evaluate` on a tiny base and on the embedded one: what it leaves, how it goes on, what it refuses. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const tiny = fixture("tiny-checkpoints", "tiny-sd1");
const judges = (name: string) => fixture("verify", "judges", name, "model");
const base = ["--base", tiny, "--tokenizer", fixture("tokenizer-small")];
const judged = ["--judge", judges("clip"), "--instance-judge", judges("dinov2")];

/** A folder with a run on a tiny base, its pictures, and prompts. */
let folder = "";
let run = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "atelier-evaluate-"));
  const pictures = await writePictures(join(folder, "pictures"), 3);
  run = join(folder, "run");
  const trained = await runCli([
    ...["lora", pictures, "--prompt", "a sks robot", "--steps", "2", "--batch-size", "1"],
    ...["--rank", "2", "--samples-every-steps", "0", "--run", run, ...base],
    ...["--cache-folder", join(folder, "cache")],
  ]);
  expect(trained.code, trained.stderr).toBe(0);
  writeFileSync(join(folder, "prompts.txt"), "# two\na {} on a red background\na {} in the snow\n");
  return () => rmSync(folder, { recursive: true, force: true });
});

const adapter = () => join(run, "lora.safetensors");
const short = () => ["--prompts", join(folder, "prompts.txt"), "--count", "2", "--steps", "2"];
/** Judges the run, or what is named, by the tiny judges. */
const evaluate = (...argv: string[]) => runCli(["evaluate", ...argv, ...judged]);

/** Every number of an evaluation, as far as tests read them. */
interface Numbers {
  readonly protocol: { readonly prompts: readonly { readonly prompt: string }[] };
  readonly models: readonly {
    readonly name: string;
    readonly drawings: readonly (readonly string[])[];
    readonly scores: {
      readonly instance: { readonly value: number };
      readonly copies: { readonly count: number; readonly of: number };
    };
    readonly comparison?: Readonly<Record<"classKept" | "classResemblance", { value: number }>>;
  }[];
}
const numbersIn = (out: string): Numbers =>
  // As the command wrote it.
  JSON.parse(readFileSync(join(out, "evaluation.json"), "utf8")) as Numbers;

describe("atelier evaluate", () => {
  it("scores a run beside its base, and draws nothing twice", async () => {
    const first = await evaluate(run, "--class", "robot", ...short());
    expect(first.code, first.stderr).toBe(0);
    const out = join(run, "evaluation");
    expect(first.stderr).toContain("“sks robot”, learned from 3 pictures: 2 prompts, 40 drawings");
    expect(first.stdout).toContain(join(out, "evaluation.html"));
    expect(readdirSync(out).sort()).toEqual([
      ...["evaluation.html", "evaluation.json", "evaluation.md", "pictures"],
    ]);
    const { models, protocol } = numbersIn(out);
    expect(protocol.prompts.map(({ prompt }) => prompt)).toEqual([
      ...["a sks robot on a red background", "a sks robot in the snow"],
    ]);
    expect(models.map(({ name }) => name)).toEqual(["base", "run"]);
    expect(models[1]?.scores.copies).toMatchObject({ of: 4 });
    const likeness = models.map(({ scores }) => scores.instance.value.toFixed(3).replace("-", "−"));
    const table = readFileSync(join(out, "evaluation.md"), "utf8");
    const page = readFileSync(join(out, "evaluation.html"), "utf8");
    for (const value of likeness)
      for (const text of [table, page, first.stdout]) expect(text).toContain(value);
    // Three real ones, one of the class by each model, of each of two prompts base, drawing and nearest.
    expect(
      page.match(/<img src="data:image\/png;base64,[\w+/=]+"/g)?.length,
    ).toBeGreaterThanOrEqual(3 + 2 + 6);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3)/);

    const drawings = models
      .flatMap((model) => model.drawings.flat())
      .map((path) => join(out, path));
    expect(drawings).toHaveLength(8);
    const bytes = drawings.map((path) => readFileSync(path).toString("base64"));
    rmSync(drawings[5] ?? "");
    const again = await evaluate(run, "--class", "robot", ...short(), "--json");
    expect(again.code, again.stdout).toBe(0);
    expect(again.stderr).toBe("");
    const drawn = again.json().filter(({ type, part }) => type === "progress" && part === "draw");
    // What was found is told for each prompt, 2 of the table and 1 of the class by each model; then a picture is drawn.
    expect(drawn.length).toBeGreaterThan(2 * (2 + 1));
    expect(drawn.length).toBeLessThanOrEqual(2 * (2 + 1) + 3);
    expect(drawings.map((path) => readFileSync(path).toString("base64"))).toEqual(bytes);
    expect(again.json().at(-1)).toMatchObject({ type: "done", page: join(out, "evaluation.html") });
  });

  it("finds that an adapter of no strength leaves the class as it is, and one of a huge one does not", async () => {
    const out = join(folder, "strengths");
    const columns = [`${adapter()}:0`, `${adapter()}:4000`];
    const { code, stderr } = await evaluate(
      ...columns,
      "--class",
      "robot",
      ...short(),
      "--out",
      out,
    );
    expect(code, stderr).toBe(0);
    const [, without, with4000] = numbersIn(out).models;
    expect([without?.name, with4000?.name]).toEqual(["lora × 0", "lora × 4000"]);
    expect(without?.comparison?.classKept.value).toBeCloseTo(1, 5);
    expect(without?.comparison?.classResemblance.value).toBeCloseTo(0, 5);
    expect(with4000?.comparison?.classKept.value).toBeLessThan(0.99);
    expect(readdirSync(join(out, "pictures")).sort()).toEqual(["base", "lora-x0", "lora-x4000"]);
  });

  it("stops at a picture, and goes on there", async () => {
    const out = join(folder, "stopped");
    const argv = [run, "--class", "robot", ...short(), "--out", out];
    const controller = new AbortController();
    const { code, stdout } = await runCli(["evaluate", ...argv, ...judged, "--json"], {
      signal: controller.signal,
      onStdout: (text) => {
        if (text.includes('"part":"draw","done":2,')) controller.abort();
      },
    });
    expect(code).toBe(130);
    expect(stdout).toContain('"code":"aborted"');
    expect(readdirSync(join(out, "pictures", "base"))).toHaveLength(2);
    expect(existsSync(join(out, "evaluation.html"))).toBe(false);
    const { stderr } = await evaluate(...argv);
    expect(stderr).not.toContain("Stopped");
    expect(existsSync(join(out, "evaluation.html"))).toBe(true);
  });

  it("does not take drawings of other settings for its own", async () => {
    const out = join(folder, "settings");
    const argv = [run, "--class", "robot", ...short(), "--out", out];
    expect((await evaluate(...argv)).code).toBe(0);
    const other = await evaluate(...argv, "--guidance", "3");
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(
      /expected drawings of the same model .* got others:\n {2}guidance: 7\.5 → 3\n/,
    );
    writeFileSync(join(out, "pictures", "base", "drawn.json"), "{");
    expect((await evaluate(...argv)).stderr).toContain("drawn.json");
  });

  it("takes a whole model for a column, here one that is its own base", async () => {
    const out = join(folder, "model");
    const words = ["--token", "sks", "--class", "cat", "--pictures", join(folder, "pictures")];
    const { code, stderr } = await evaluate(tiny, ...base, ...words, ...short(), "--out", out);
    expect(code, stderr).toBe(0);
    const [ofBase, itself] = numbersIn(out).models;
    expect(itself?.name).toBe("tiny-sd1");
    expect(itself?.comparison?.classKept.value).toBeCloseTo(1, 5);
    // It is asked for something else than its base.
    expect(itself?.scores.instance.value).not.toBe(ofBase?.scores.instance.value);
    const table = readFileSync(join(out, "evaluation.md"), "utf8");
    expect(table).toContain("in the role of CLIP model (CLIP), ");
    expect(table).toContain("to tell things apart model (DINOv2), ");
  });

  it("asks the embedded base in its own words and has it judged by its own judge", async () => {
    const out = join(folder, "embedded");
    const trained = await runCli([
      ...["textual-inversion", join(folder, "pictures"), "--token", "<robo>", "--init", "robot"],
      ...["--kind", "subject", "--steps", "1", "--batch-size", "1", "--samples-every-steps", "0"],
      ...["--run", join(folder, "word"), "--cache-folder", join(folder, "cache")],
    ]);
    expect(trained.code, trained.stderr).toBe(0);
    const word = join(folder, "word", "robo.safetensors");
    const protocol = ["--protocol", "textual-inversion", "--count", "1", "--steps", "1"];
    const { code, stderr } = await runCli(["evaluate", word, ...protocol, "--out", out]);
    expect(code, stderr).toBe(0);
    expect(numbersIn(out).protocol.prompts.map(({ prompt }) => prompt)).toEqual([
      ...["a <robo>", "a <robo> on a red background", "a twemoji style <robo>"],
      "a <robo> next to a cat",
    ]);
    const table = readFileSync(join(out, "evaluation.md"), "utf8");
    expect(table).toContain("judge of the embedded base");
    expect(table).not.toContain("PRES");
  });
});

describe("atelier evaluate refuses", () => {
  const copy = (...left: string[]) => {
    const other = join(temporaryFolder(), "run");
    cpSync(run, other, { recursive: true });
    for (const name of left) rmSync(join(other, name));
    return other;
  };

  it("a run whose class nobody says, quoting its captions", async () => {
    const { code, stderr } = await evaluate(run, ...short());
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /expected the word that was taught and its class, got none: captions such as “a sks robot” do not tell/,
    );
    expect((await evaluate(run, "--class", "dog")).stderr).toContain(
      "expected the word that was taught, got none",
    );
  });

  it("a file that says nothing of its pictures, and a folder without any", async () => {
    const alone = join(temporaryFolder(), "alone.safetensors");
    cpSync(adapter(), alone);
    const words = ["--token", "sks", "--class", "robot"];
    const { code, stderr } = await evaluate(alone, ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(/expected the pictures that it was trained on, got none.*--pictures/);
    const empty = temporaryFolder();
    const none = await evaluate(alone, ...words, "--pictures", empty);
    expect(none.stderr).toContain("got an empty folder");
  });

  it("judges that are missing, alone, in each other's role, or not whole", async () => {
    const refused = async (...own: string[]) => {
      const { code, stderr } = await runCli(["evaluate", run, "--class", "robot", ...own]);
      expect(code).not.toBe(0);
      return stderr;
    };
    const [clip, dinov2] = [judges("clip"), judges("dinov2")];
    expect(await refused()).toMatch(/expected a judge, got none: tiny-sd1 .* --judge openai\/clip/);
    expect(await refused("--judge", clip)).toMatch(/two judges, got one.*--instance-judge/);
    expect(await refused("--instance-judge", dinov2)).toMatch(/a CLIP with --judge/);
    expect(await refused("--judge", dinov2, "--instance-judge", dinov2)).toContain(
      "expected an encoder of pictures and texts",
    );
    const other = join(temporaryFolder(), "other-size");
    cpSync(clip, other, { recursive: true });
    const config = join(other, "preprocessor_config.json");
    const fields = JSON.parse(readFileSync(config, "utf8")) as object; // As transformers wrote it.
    writeFileSync(config, JSON.stringify({ ...fields, crop_size: { height: 8, width: 8 } }));
    expect(await refused("--judge", other, "--instance-judge", dinov2)).toMatch(
      /expected .*, got /,
    );
  });

  it("a base that does not fit, before anything is drawn", async () => {
    const out = join(temporaryFolder(), "out");
    const other = ["--class", "robot", "--base", "embedded", "--out", out];
    const { code, stderr } = await runCli(["evaluate", run, ...other]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/adapter lora: expected factors for the layers of this sd1 model/);
    expect(existsSync(out)).toBe(false);
  });

  it("a run with a broken record, without a result, or nothing at all", async () => {
    const broken = copy();
    writeFileSync(join(broken, "config.json"), '{"version": 1');
    expect((await evaluate(broken, "--class", "robot")).stderr).toContain("config.json");
    const begun = copy("events.jsonl");
    const { stderr } = await evaluate(begun, "--class", "robot");
    expect(stderr).toContain("expected a run that has made something, got one without a result");
    const nothing = await evaluate(join(folder, "nowhere.safetensors"));
    expect(nothing.stderr).toContain("got nothing at this path");
    const pictures = await evaluate(join(folder, "pictures"));
    expect(pictures.stderr).toContain("got something else. `atelier inspect` says what it is");
  });

  it("a strength of what has none, and prompts without a place for the subject", async () => {
    const model = join(temporaryFolder(), "model");
    mkdirSync(model);
    writeFileSync(join(model, "model_index.json"), "{}");
    expect((await evaluate(`${model}:0.5`)).stderr).toContain("expected no strength");
    expect((await evaluate(`${adapter()}:much`)).stderr).toContain("file:strength with a number");
    const prompts = join(temporaryFolder(), "prompts.txt");
    writeFileSync(prompts, "a robot on the moon\n");
    const argv = [run, "--class", "robot", "--prompts", prompts];
    expect((await evaluate(...argv)).stderr).toMatch(/expected \{\} in every prompt/);
    writeFileSync(prompts, "# nothing\n\n");
    expect((await evaluate(...argv)).stderr).toContain("expected prompts, one a line, got none");
  });
});
