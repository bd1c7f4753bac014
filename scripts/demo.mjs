/**
 * @file `npm run demo`: the main job from end to end. Draws with a base model, teaches it a subject
 * from pictures with a LoRA, draws again with the same seeds, and puts both beside each other.
 *
 * The base is the tiny reference pipeline, whose weights are random: what changes between the two
 * rows is what the adapter learned, not a work of art.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { contactSheet, encodePng } from "@atelier/diffusion";
import sharp from "sharp";

const root = fileURLToPath(new URL("..", import.meta.url));
const shared = join(root, "..", "shared");
const out = join(
  root,
  "runs",
  `demo-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}`,
);
const size = 64;
const seeds = 3;
const prompt = "a photo of sks dog";
mkdirSync(out, { recursive: true });

const base = prepareBase();
const pictures = await preparePictures();
const adapter = join(out, "run", "dog.safetensors");

say(`1/4  Drawing with the base: ${show(base)}`);
draw("before", []);
say("2/4  Teaching it the subject");
atelier([
  ...[
    "lora",
    pictures,
    "--base",
    base,
    "--prompt",
    prompt,
    "--name",
    "dog",
    "--run",
    join(out, "run"),
  ],
  ...[
    "--width",
    size,
    "--height",
    size,
    "--steps",
    150,
    "--learning-rate",
    0.002,
    "--batch-size",
    4,
  ],
  ...["--warmup-steps", 10, "--schedule", "cosine", "--samples-every-steps", 75],
]);
say("3/4  Drawing again, with the adapter");
draw("after", ["--adapter", adapter]);
say("4/4  What the adapter is");
atelier(["inspect", adapter]);

const [before, after] = [await drawn("before"), await drawn("after")];
const sheet = contactSheet([...before, ...after], {
  columns: seeds,
  labels: [
    ...before.map((_, i) => `before, seed ${i}`),
    ...after.map((_, i) => `after, seed ${i}`),
  ],
});
writeFileSync(join(out, "sheet.png"), await encodePng(sheet));

const losses = readFileSync(join(out, "run", "events.jsonl"), "utf8")
  .split("\n")
  .filter((line) => line.includes('"type":"step"'))
  .map((line) => JSON.parse(line).loss);
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
const [first, last] = [mean(losses.slice(0, 20)), mean(losses.slice(-20))];
const change = mean(
  before.flatMap(({ data }, i) => [...data].map((v, j) => Math.abs(v - after[i].data[j]))),
);
say(`Loss, mean of 20 steps: ${first.toFixed(3)} at first, ${last.toFixed(3)} at last.`);
say(`The adapter changed the pictures by ${change.toFixed(1)} of 255 on average.`);
say(`Look at ${show(join(out, "sheet.png"))}`);
if (!(last < first) || change < 1) {
  console.error("demo: expected a falling loss and changed pictures. Run `npx atelier doctor`.");
  process.exit(1);
}

/** The reference pipeline where it is at hand, else the one of our tests with our own vocabulary. */
function prepareBase() {
  const reference = join(shared, "fixtures", "pipeline", "pipeline");
  if (existsSync(reference)) return reference;
  const folder = join(out, "base");
  const fixtures = join(root, "test", "fixtures");
  cpSync(join(fixtures, "tiny-checkpoints", "tiny-sd1"), folder, { recursive: true });
  cpSync(join(fixtures, "tokenizer-small"), join(folder, "tokenizer"), { recursive: true });
  return folder;
}

/** Real photographs where they are at hand, else a few drawings of one figure. */
async function preparePictures() {
  const photos = join(shared, "photos", "dog");
  if (existsSync(photos)) return photos;
  const folder = join(out, "pictures");
  mkdirSync(folder, { recursive: true });
  const places = ["#87b5d9", "#8fbf7f", "#d9b08c", "#b7a1d6"];
  for (const [i, ground] of places.entries()) {
    const [x, y] = [96 + 16 * (i % 3), 120 - 10 * (i % 2)];
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256">
      <rect width="256" height="256" fill="${ground}"/>
      <ellipse cx="${x + 20}" cy="${y + 60}" rx="62" ry="44" fill="#c98a4b"/>
      <circle cx="${x}" cy="${y}" r="42" fill="#d79a5b"/>
      <ellipse cx="${x - 34}" cy="${y - 22}" rx="14" ry="30" fill="#8a5a2b"/>
      <ellipse cx="${x + 34}" cy="${y - 22}" rx="14" ry="30" fill="#8a5a2b"/>
      <circle cx="${x - 14}" cy="${y - 6}" r="6"/><circle cx="${x + 14}" cy="${y - 6}" r="6"/>
      <ellipse cx="${x}" cy="${y + 14}" rx="10" ry="7"/>
    </svg>`;
    await sharp(Buffer.from(svg))
      .png()
      .toFile(join(folder, `${i}.png`));
  }
  return folder;
}

function draw(name, extra) {
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  atelier([
    ...["generate", "--base", base, "--prompt", prompt, "--sampler", "ddim", "--steps", 20],
    ...[
      "--seed",
      0,
      "--count",
      seeds,
      "--width",
      size,
      "--height",
      size,
      "--out",
      folder,
      ...extra,
    ],
  ]);
}

async function drawn(name) {
  const folder = join(out, name);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".png"))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const { data, info } = await sharp(join(folder, file))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, data: new Uint8Array(data) };
    }),
  );
}

function atelier(args) {
  const program = join(root, "apps", "cli", "bin", "atelier.mjs");
  const result = spawnSync(process.execPath, [program, ...args.map(String)], { stdio: "inherit" });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function say(text) {
  console.log(`\n${text}`);
}

function show(path) {
  return relative(process.cwd(), path) || path;
}
