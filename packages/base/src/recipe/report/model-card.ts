/** @file The model card, in the form that Hugging Face reads: what the base is, how it came about, how good it is. */

import { recognisable } from "../../demo/measure-prompts.js";
import { backgrounds } from "../../world/backgrounds.js";
import {
  accessories,
  conceptOf,
  heldOutConcepts,
  iconPackages,
  trainingConcepts,
  trainingStyles,
} from "../../world/concepts.js";
import { pictureSize } from "../../world/layout.js";
import { type ModelName, modelNames } from "../models.js";
import { shareOf } from "./judge-facts.js";
import type { Quality } from "./quality.js";
import { percent, qualityTable } from "./quality-table.js";

/** Lies beside the card. */
export const sheetName = "model-sheet.png";

/** Lies there too: what scores of likeness mean to the eye. */
export const calibrationName = "calibration-sheet.png";

/** The card as Markdown. */
export function modelCard(quality: Quality): string {
  const sections = [
    frontMatter,
    introduction(quality),
    partsSection(quality),
    dataSection(),
    trainingSection(quality),
    qualitySection(quality),
    calibrationSection(quality),
    limitsSection(quality),
    licenceSection,
  ];
  return `${sections.join("\n\n")}\n`;
}

const frontMatter = `---
license: apache-2.0
language: en
library_name: diffusers
pipeline_tag: text-to-image
tags:
- text-to-image
- stable-diffusion
- diffusers
- safetensors
- atelier
---`;

function introduction({ sample: { steps, guidanceScale } }: Quality): string {
  return `# The embedded base of Atelier

A small latent-diffusion model in the architecture of Stable Diffusion (UNet2DConditionModel,
AutoencoderKL, CLIPTextModel), trained from nothing by Atelier on two processor cores. It draws pictures of
${pictureSize} × ${pictureSize} pixels of a world of ${trainingConcepts.length} things, and it is there to be fine-tuned: it learns a new subject or
style in about a minute, in a world where the truth is known. For pictures of the real world, point Atelier
to Stable Diffusion.

![What the model draws beside renders of the same captions](${sheetName})

Each render (with its caption below) is followed by three pictures that the model drew from the caption. These are
the first captions of the measurement below, not chosen ones.

\`\`\`sh
npx atelier generate --prompt "a noto style dog next to a pizza on a green background" --out dog.png
\`\`\`

\`\`\`python
from diffusers import StableDiffusionPipeline
pipe = StableDiffusionPipeline.from_pretrained("packages/base/model")
pipe("a noto style dog next to a pizza on a green background", num_inference_steps=${steps}, guidance_scale=${guidanceScale})
\`\`\``;
}

const roles: Readonly<Record<string, string>> = {
  vae: "AutoencoderKL, from 3 × 64 × 64 pixels to 4 × 16 × 16 latents",
  unet: "UNet2DConditionModel, v-prediction, cross-attention at two resolutions",
  text_encoder: "CLIPTextModel with a vocabulary of its own",
  judge: "picture encoder of the same space as the text encoder: the judge of what pictures show",
  instance_judge: "picture encoder that tells things apart, in the role of DINO",
};

function partsSection({ size }: Quality): string {
  const rows = Object.entries(size.parameters).map(
    ([part, count]) => `| \`${part}\` | ${roles[part] ?? ""} | ${(count / 1e6).toFixed(2)} M |`,
  );
  return `## Parts

| folder | what it is | parameters |
|---|---|---|
${rows.join("\n")}

Weights are moving averages in 16 bits; \`checksums.json\` lists every file. \`generation_config.json\` and
\`training_config.json\` advise how to draw with it and how to train it.`;
}

function dataSection(): string {
  const count = (kind: string): number =>
    backgrounds.filter((background) => background.kind === kind).length;
  const worn = Object.values(accessories).map(({ phrase }) => phrase);
  const held = heldOutConcepts.map(({ name }) => conceptOf(name).name);
  return `## Data

Renders with captions of a picture world (\`src/world\`; \`npm run world -- --sheet\` shows it): ${trainingConcepts.length} things in
${trainingStyles.length} styles (${trainingStyles.join(", ")}), one or two to a picture, in five places and three sizes, some wearing
${worn.join(", ")}, on ${count("colour")} colours, ${count("gradient")} gradients and ${count("landscape")} landscapes. Everything follows from a seed, and captions vary in
wording. Never shown in training: the style openmoji, and ${held.join(", ")} in any style.

Icons come from packages of the npm registry, unmodified and not distributed here:

| style | package | by | licence |
|---|---|---|---|
| noto | \`${iconPackages.noto}\` | Noto Emoji, Google Inc | Apache-2.0 |
| twemoji | \`${iconPackages.twemoji}\` | Twemoji, Twitter | CC-BY-4.0 |
| fluent | \`${iconPackages.fluent}\` | Fluent Emoji Flat, Microsoft Corporation | MIT |
| openmoji (held out) | \`${iconPackages.openmoji}\` | OpenMoji | CC-BY-SA-4.0 |

No photographs, no pictures of people, no generated pictures.`;
}

const lessons: Readonly<Record<ModelName, string>> = {
  vae: "reconstruction with L1, L2, differences between neighbours and a little KL; first on crops",
  clip: "contrast of captions and renders (CLIP), four pictures that differ in one fact beside each other; at last the judge alone, with wrong concepts beside each picture",
  unet: "denoising of cached latents, 10 % of captions left out, 64 scenes a step, 60 % of them single objects on plain colours; its first 35,500 steps took 16 scenes of a world in which things were also mirrored, shifted and grown, which no caption said",
  instance: "contrast of views of thousands of icons with their siblings",
};

function trainingSection({ training }: Quality): string {
  const known = modelNames.filter((name) => training.steps[name] !== undefined);
  const rows = known.map(
    (name) =>
      `| ${name} | ${lessons[name]} | ${training.steps[name] ?? ""} | ${duration(training.seconds[name])} |`,
  );
  const commands = known.map(
    (name) => `npm run pretrain -- ${name} --steps ${training.steps[name] ?? ""}`,
  );
  return `## Training

By Atelier's own engine (\`src/recipe\` has every number) on processor cores, with AdamW; matrices and convolutions of
the UNet with Muon since step 35,500:

| model | how | steps | time |
|---|---|---|---|
${rows.join("\n")}

\`\`\`sh
${commands.join("\n")}
npm run pretrain -- export
npm run base:report
\`\`\`

\`npm run pretrain -- import\` goes on from the shipped weights. Once a UNet depends on the autoencoder and
the text encoder, \`vae-decoder\` and \`judge\` train the rest of those models on and count their steps with
\`vae\` and \`clip\`.`;
}

/** Hours and minutes; a dash for what is not known. */
function duration(seconds = 0): string {
  if (seconds === 0) return "–";
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function qualitySection(quality: Quality): string {
  const { sample, instanceJudge, speed, judges } = quality;
  const rows = qualityTable(quality).map(
    ({ measure, generated, real, must, aim, reached }) =>
      `| ${measure} | ${generated} | ${real} | ${must} | ${aim} | ${reached} |`,
  );
  const pictures = sample.prompts * sample.picturesPerPrompt;
  return `## Quality

Measured by \`npm run base:report\` (all numbers: \`report.json\`) on ${pictures} pictures: ${sample.prompts} captions of unseen scenes,
${sample.picturesPerPrompt} seeds each, ${sample.steps} steps, guidance ${sample.guidanceScale}. "Right" is the verdict of the judge, which chooses among captions that
differ in one fact; the column of renders is its verdict on real pictures of the same captions, and so says
how far it can be trusted.

| measure | generated | renders | must | aim | reached |
|---|---|---|---|---|---|
${rows.join("\n")}

Structural similarity (SSIM) and sharpness are medians over single centred objects, each beside the render of its
caption after the best shift of up to 4 pixels and scale within 10 %; the autoencoder's own are the most that can be
reached. CMMD and KID are taken in the space of this judge (${judges.clip}) and compare with no others. A full
caption has one right picture, so that two pictures of it should hardly differ; "a dog" leaves style and background
open. The instance judge finds the other view of a
thing among ${instanceJudge.things} in ${percent(instanceJudge.heldOut)} of cases for things that it has never seen, and in ${percent(instanceJudge.unseenStyle)}
for a style that it has never seen. Seconds are those of ${speed.threads} threads on: ${speed.processor}.`;
}

function calibrationSection({ calibration }: Quality): string {
  const rows = calibration.map(
    ({ what, structureOfObject, instance }) =>
      `| ${what} | ${structureOfObject.toFixed(2)} | ${instance.toFixed(2)} |`,
  );
  return `## What the scores mean

How far a picture is the demo's mascot, from nothing alike to the very same. A picture counts as showing it where
structural similarity on the object is at least ${recognisable.structure} and the instance judge gives at least ${recognisable.instance}: from there on
a person would know it.

![Ten pictures with their scores](${calibrationName})

| picture | structural similarity, on the object | instance judge |
|---|---|---|
${rows.join("\n")}`;
}

/** Things that are right less often than this are named. */
const leastConceptShare = 0.75;

function limitsSection({ concepts }: Quality): string {
  const weak = Object.entries(concepts)
    .map(([name, { generated }]) => [name, shareOf(generated)] as const)
    .filter(([, share]) => share < leastConceptShare)
    .sort(([, a], [, b]) => a - b)
    .map(([name, share]) => `${name} (${percent(share, 0)})`);
  const weakest =
    weak.length === 0
      ? `Of single things, each was right in ${percent(leastConceptShare, 0)} of its pictures or more.`
      : `Single things that were right in fewer than ${percent(leastConceptShare, 0)} of their pictures: ${weak.join(", ")}.`;
  return `## Limits

- It knows the words of its world and nothing else; other words are spelled out of letters and mean nothing.
- Pictures are ${pictureSize} × ${pictureSize} pixels, of one or two things. Counting, writing, scenes and people are beyond it.
- ${weakest}
- The judge learned from the same renders as the model: it answers whether a picture shows what was asked for in
  this world, not whether it is beautiful.`;
}

const licenceSection = `## Licence

Apache-2.0, as Atelier. The icons that the model learned from belong to their authors; names, sources and licences
are in \`NOTICE\`. Whoever passes on pictures that resemble Twemoji should credit it (CC-BY-4.0).`;
