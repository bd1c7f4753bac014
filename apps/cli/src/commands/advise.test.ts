/** @file `atelier advise`, on drawn pictures and a tiny base. */

import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "@atelier/diffusion/files";
import { describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = ["--base", fixture("tiny-checkpoints", "tiny-sd1")];

describe("atelier advise", () => {
  it("says what fits and why, what to look after, and how to begin", async () => {
    const pictures = await writePictures(join(temporaryFolder(), "my pictures"), 3);
    copyFileSync(join(pictures, "0.png"), join(pictures, "again.png"));
    const { code, stdout, stderr } = await runCli(["advise", pictures, ...base]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("4 pictures, 0 with captions");
    expect(stdout).toContain("The same picture again: again.png");
    expect(stdout).toMatch(/Take DreamBooth with a LoRA:\n {2}· a few pictures/);
    expect(stdout).toContain(
      `atelier dreambooth "${pictures}" --token sks --class "<noun>" --base`,
    );
    expect(stdout).toContain(`Rate and steps by measurement: atelier tune "${pictures}" --base`);
  });

  it("of two pictures points at no tune, which could hold none out", async () => {
    const pictures = await writePictures(join(temporaryFolder(), "pictures"), 2);
    const { stdout } = await runCli(["advise", pictures, ...base]);
    expect(stdout).toContain("from three pictures on it can find the best step");
    expect(stdout).not.toContain("atelier tune");
  });

  it("begins with a command that works", async () => {
    const pictures = await writePictures(join(temporaryFolder(), "pictures"), 2);
    writeFileSync(join(pictures, "0.txt"), "a cat");
    // Another shape, so that the command asks for buckets.
    const wide = { width: 40, height: 16, data: new Uint8Array(3 * 40 * 16).fill(90) };
    writeFileSync(join(pictures, "wide.png"), await encodePng(wide));
    for (const goal of ["subject", "style", "word", "model"]) {
      const told = await runCli(["advise", pictures, ...base, "--goal", goal, "--json"]);
      const { command } = JSON.parse(told.stdout) as { command: string };
      // As a shell takes it.
      const [, ...argv] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? "",
      );
      const run = join(temporaryFolder(), "run");
      expect(argv).toContain("--buckets");
      const { code, stderr } = await runCli([
        ...argv,
        ...["--tokenizer", fixture("tokenizer-small"), "--run", run, "--steps", "1"],
        ...["--samples-every-steps", "0", "--prompt", "a photo of a <word>"],
        ...["--cache-folder", join(run, "..", "cache")],
      ]);
      expect(code, `${command}\n${stderr}`).toBe(0);
    }
  });

  it("tells what it passes over", async () => {
    const pictures = await writePictures(join(temporaryFolder(), "pictures"), 2);
    for (const name of ["._0.png", ".DS_Store", "Thumbs.db"]) {
      writeFileSync(join(pictures, name), "\0");
    }
    const passedOver = `${pictures} holds 3 entries that systems leave or hide, passed over: .DS_Store, ._0.png, Thumbs.db.`;
    const { code, stdout, stderr } = await runCli(["advise", pictures, ...base]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("2 pictures, 0 with captions");
    expect(stderr).toContain(passedOver);
    const told = await runCli(["advise", pictures, ...base, "--json"]);
    expect(JSON.parse(told.stdout)).toMatchObject({
      warnings: [{ code: "system-files", params: { path: pictures }, message: passedOver }],
      notes: [
        {
          code: "guessed-goal",
          params: { goal: "subject" },
          message: "Guessed that they are for one subject; say so otherwise with `goal`.",
        },
      ],
    });
    expect((await runCli(["inspect", pictures])).stdout).toContain(`Note: ${passedOver}`);
  });

  it("refuses a goal that is none, and a folder without pictures", async () => {
    expect((await runCli(["advise", "pictures", "--goal", "fun"])).stderr).toContain("subject");
    const empty = await runCli(["advise", temporaryFolder(), ...base]);
    expect(empty.stderr).toMatch(/expected JPEG, PNG, WebP or AVIF files, got an empty folder/);
  });
});
