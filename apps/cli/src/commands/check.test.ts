/** @file `atelier check`, on drawings of good and bad kinds. */

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = [
  ...["--base", fixture("tiny-checkpoints", "tiny-sd1")],
  ...["--tokenizer", fixture("tokenizer-small")],
];

const shapes = {
  house: '<path d="M20 90V50L45 25L70 50V90Z" fill="#a33"/><circle cx="82" cy="18" r="9"/>',
  tree: '<circle cx="30" cy="35" r="25" fill="#262"/><path d="M25 60h10v40h-10Z"/>',
  boat: '<path d="M5 70H95L75 90H25Z" fill="#225"/><path d="M50 65V10L85 60Z" fill="#fff"/>',
};

/** A folder of drawings with captions, and the environment of a cache of its own. */
async function drawings() {
  const parent = temporaryFolder();
  const folder = join(parent, "my pictures");
  mkdirSync(folder);
  for (const [name, body] of Object.entries(shapes)) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 100 100"><rect width="100" height="100" fill="#dcb"/>${body}</svg>`;
    writeFileSync(join(folder, `${name}.png`), await sharp(Buffer.from(svg)).png().toBuffer());
    writeFileSync(join(folder, `${name}.txt`), `a ${name}`);
  }
  const env = { ATELIER_CACHE: join(parent, "cache") };
  const check = (...argv: string[]) => runCli(["check", folder, ...base, ...argv], { env });
  return { folder, check, env };
}

describe("atelier check", () => {
  it("says that nothing was found, and what was not checked", async () => {
    const { folder, check } = await drawings();
    const { code, stdout, stderr } = await check();
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(
      `3 pictures, as trained at 16×16

DreamBooth and Textual Inversion can use 3 of them, a LoRA and full fine-tuning as many. \`atelier advise "${folder}"\` says which fits.
3 pictures, nothing found. Not checked: which pictures are far off the others (--judge <folder> names a CLIP or DINOv2 that can tell); whether captions fit their pictures (--judge <folder> names a CLIP or DINOv2 that can tell).
`,
    );
    expect(stderr).toBe("");
  });

  it("names what is wrong, in the words of the command line, and ends well", async () => {
    const { folder, check } = await drawings();
    copyFileSync(join(folder, "house.png"), join(folder, "house again.png"));
    writeFileSync(join(folder, "cut.png"), Buffer.from("89504e470d0a1a0a", "hex"));
    const { code, stdout } = await check("--width", "128", "--height", "128");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^5 pictures, as trained at 128×128\n\n {2}! 1 picture cannot be used/);
    expect(stdout).toContain("! The same picture more than once: house again.png = house.png.");
    expect(stdout).toContain("enlarged up to 1.33 times: boat.png, house again.png, house.png");
    expect(stdout).toContain("train smaller (--width, --height)");
    expect(stdout).toContain("can use 3 of them, a LoRA and full fine-tuning as many.");
    expect(stdout).toContain("\n5 pictures, 4 findings. Not checked:");
    const told = (await check("--json", "--prompt", "a house")).json();
    expect(told).toMatchObject([
      {
        pictures: 5,
        findings: [
          { code: "unusable-pictures", params: { pictures: { count: 1, first: ["cut.png"] } } },
          {
            code: "same-pictures",
            params: { pairs: { count: 1, first: ["house again.png = house.png"] } },
            message: expect.stringContaining("house again.png = house.png"),
          },
        ],
        usable: { withoutCaptions: 3, withCaptions: 3 },
        warnings: [{ code: "prompt-fallback" }],
      },
    ]);
  });

  it("judges small drawings by the embedded base's own judge, and no photographs", async () => {
    const { folder, env } = await drawings();
    for (const name of Object.keys(shapes)) {
      const small = await sharp(join(folder, `${name}.png`))
        .resize(64)
        .png()
        .toBuffer();
      writeFileSync(join(folder, `${name}.png`), small);
    }
    const small = await runCli(["check", folder, "--threads", "1"], { env });
    expect(small.stdout, small.stderr).toContain("Judged by instance judge of embedded");
    writeFileSync(
      join(folder, "large.png"),
      await sharp(join(folder, "tree.png")).resize(300).flop().png().toBuffer(),
    );
    const large = await runCli(["check", folder, "--threads", "1"], { env });
    expect(large.stdout).not.toContain("Judged by");
    expect(large.stdout).toContain("which pictures are far off the others (--judge");
  });

  it("takes one picture, and refuses none, broken ones alone and a judge that is none", async () => {
    const { folder, check, env } = await drawings();
    const alone = join(folder, "..", "alone");
    mkdirSync(alone);
    copyFileSync(join(folder, "tree.png"), join(alone, "tree.png"));
    const one = await runCli(["check", alone, ...base, "--prompt", "a tree"], { env });
    expect(one.code, one.stderr).toBe(0);
    expect(one.stdout).toContain("1 picture, nothing found.");
    writeFileSync(join(alone, "tree.png"), "no picture");
    const broken = await runCli(["check", alone, ...base], { env });
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain("expected pictures that can be used, got none among 1.");
    const none = await runCli(["check", temporaryFolder(), ...base], { env });
    expect(none.code).toBe(1);
    expect(none.stderr).toContain("got an empty folder");
    const noJudge = await check("--judge", folder);
    expect(noJudge.code).toBe(1);
    expect(noJudge.stderr).toContain("expected the folder of a CLIP or DINOv2");
    expect((await check("--width", "0")).code).toBe(2);
    expect((await check("--width", "31")).code).toBe(2);
  });

  it("explains itself", async () => {
    const { stdout } = await runCli(["check", "--help"]);
    expect(stdout).toContain("atelier check photos/dog --base models/sd15");
    expect(stdout).toContain("--judge <folder>");
  });
});
