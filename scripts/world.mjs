/**
 * @file `npm run world -- --sheet`: pictures of the picture world with their captions on one sheet,
 * to look at. The world is what the embedded base model is trained on; see packages/base/src/world.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { contactSheet, encodePng } from "@atelier/diffusion/files";
import { createSceneRenderer } from "../packages/base/dist/adapters/render-scenes.js";
import {
  allConcepts,
  canonicalCaption,
  exampleAt,
  heldOutStyles,
  plainScene,
  trainingStyles,
} from "../packages/base/dist/index.js";

const usage = `npm run world -- --sheet [--count 40] [--seed 0] [--out runs/world.png]
                    [--curriculum single|full] [--concepts]

  --sheet       draw examples with their captions on one sheet
  --concepts    draw every concept in every style instead, those held out included
  --curriculum  single: one centred object on a plain colour; full (default): everything`;

const { values } = parseArgs({
  options: {
    sheet: { type: "boolean", default: false },
    concepts: { type: "boolean", default: false },
    count: { type: "string", default: "40" },
    seed: { type: "string", default: "0" },
    out: { type: "string", default: "runs/world.png" },
    curriculum: { type: "string", default: "full" },
    help: { type: "boolean", default: false },
  },
});

if (values.help || !values.sheet) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

const count = integer("count", 1);
const seed = integer("seed", Number.MIN_SAFE_INTEGER);
if (!["single", "full"].includes(values.curriculum)) {
  refuse("curriculum", "single or full");
}

const examples = values.concepts ? everyConcept() : draw();
const renderer = createSceneRenderer();
const pictures = [];
const start = performance.now();
for (const { scene } of examples) pictures.push(await renderer.render(scene));
const seconds = (performance.now() - start) / 1000;

const sheet = contactSheet(pictures, {
  columns: values.concepts ? 12 : Math.min(8, examples.length),
  enlarge: values.concepts ? 2 : 3,
  gap: 8,
  labels: examples.map(({ caption }) => caption),
});
mkdirSync(dirname(values.out), { recursive: true });
writeFileSync(values.out, await encodePng(sheet));
console.log(`${values.out}: ${pictures.length} pictures, drawn in ${seconds.toFixed(1)} s`);

function draw() {
  const options = { curriculum: values.curriculum };
  return Array.from({ length: count }, (_, index) => exampleAt(seed, index, options));
}

/** Three concepts a row of twelve, each in the three styles of training and the one held out. */
function everyConcept() {
  const styles = [...trainingStyles, ...heldOutStyles];
  return allConcepts.flatMap(({ name }) =>
    styles.map((style) => {
      const scene = plainScene(name, style, { background: { kind: "colour", name: "teal" } });
      return { scene, caption: canonicalCaption(scene, { unsaid: ["background", "size"] }) };
    }),
  );
}

function integer(name, least) {
  const value = Number(values[name]);
  if (values[name].trim() !== "" && Number.isSafeInteger(value) && value >= least) return value;
  return refuse(name, least === 1 ? "a positive integer" : "an integer");
}

function refuse(name, expected) {
  console.error(`world --${name}: expected ${expected}, got "${values[name]}".\n\n${usage}`);
  process.exit(2);
}
