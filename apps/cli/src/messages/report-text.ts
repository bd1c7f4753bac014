/** @file The demo's report in English. */

import type { Hits, Measures } from "@atelier/base";
import { type Finding, totalRecognised } from "../report/assess.js";

const percent = (share: number): string =>
  Number.isFinite(share) ? `${Math.round(100 * share)} %` : "an undefined share";

const comfySteps: readonly string[] = [
  "Copy dog.safetensors from the run's folder into ComfyUI/models/loras and press R to reload.",
  "Add the node “Load LoRA” between “Load Checkpoint” and the rest: its MODEL goes to the sampler, its CLIP to both prompt nodes.",
  "Choose the file, leave both strengths at 1, load the checkpoint that it was trained on, and write “a photo of sks dog …”.",
];

const a1111Steps: readonly string[] = [
  "Copy dog.safetensors from the run's folder into stable-diffusion-webui/models/Lora.",
  "Choose the checkpoint that it was trained on.",
  "Write “a photo of sks dog … <lora:dog:1>” as the prompt; the number is the strength.",
];

/** Texts of the report. */
export const reportText = {
  language: "en",
  title: (subject: string): string => `Teaching Atelier “${subject}”`,
  portrait: "A teal robot with one big orange eye and a star on its antenna",
  summary: (pictures: number, time: string, base: string): string =>
    `From ${pictures} pictures, in ${time} for everything on this page, on top of the base model ${base}.`,
  headings: {
    lessons: "The pictures it learned from",
    prompts: "Before and after",
    scores: "What the judge says",
    loss: "The loss",
    settings: "The settings",
    times: "Where the time went",
    usage: "The adapter, and how to use it",
  },
  lessons: (subject: string): string =>
    `The base has never seen this robot. Each picture has a caption, and only the words “${subject}” are the same in all. Along with them it learned again a few pictures that the base had drawn of other things, so that it does not forget them.`,
  prompts: ({ steps, guidance }: { readonly steps: number; readonly guidance: number }): string =>
    `Pictures with the same seed began as the same noise: what differs is what the adapter changed. ${steps} steps, guidance ${guidance}. None of these prompts was learned.`,
  kinds: {
    before: "Before: the base alone",
    after: "After: with the adapter",
    real: "The real one",
  },
  rendered: "rendered",
  seed: (seed: number): string => `seed ${seed}`,
  topics: {
    subject: "asks for the new subject",
    class: "asks for the class word alone: should stay as it was",
    unrelated: "has nothing to do with it: should stay as it was",
  },
  sheet: {
    before: (prompt: string): string => `before: ${prompt}`,
    after: (prompt: string): string => `after: ${prompt}`,
  },
  verdict: {
    worked: "It worked.",
    failed: (count: number, of: number): string =>
      `${count} of ${of} aims ${count === 1 ? "was" : "were"} missed.`,
    unjudged:
      "This base comes without a judge, so nothing is measured here. Look at the pictures yourself.",
  },
  findings: {
    subject: ({ holds, threshold }: Finding, measures: Measures): string => {
      const { count, of } = totalRecognised(measures);
      const poor = measures.recognised.filter((prompt) => 2 * prompt.count < prompt.of);
      const named = poor.map((prompt) => `“${prompt.prompt}” (${prompt.count} of ${prompt.of})`);
      const missing = named.length === 0 ? "" : ` It is missing most in ${named.join(", ")}.`;
      return `You would know the subject in ${count} of ${of} pictures (aim: ${percent(threshold)} of them).${holds ? "" : missing}`;
    },
    surroundings: ({ holds, value, threshold }: Finding): string =>
      `The backgrounds, companions and clothes of the prompts are there ${percent(value)} as often as in real pictures (aim: ${percent(threshold)}).${holds ? "" : " The prompts are not obeyed as they should be."}`,
    class: ({ holds, value, threshold }: Finding): string =>
      holds
        ? `The class word alone still draws its own robot (likeness to the subject ${value.toFixed(2)}; aim: ${threshold} at most).`
        : `The class word alone has begun to draw the subject (likeness ${value.toFixed(2)}; aim: ${threshold} at most).`,
    unrelated: ({ holds, value, threshold }: Finding): string =>
      holds
        ? `Unrelated pictures are what they were (similarity ${value.toFixed(2)}; aim: ${threshold} or more).`
        : `Unrelated pictures have changed (similarity ${value.toFixed(2)} to what they were; aim: ${threshold} or more).`,
  },
  scores: {
    measure: "Pictures of the subject",
    base: "base",
    after: "with adapter",
    real: "real pictures",
    gained: "reached",
    structure: "Is it drawn as it really looks? (structural similarity, on the subject)",
    instance: "Is it the very same robot? (instance similarity)",
    clipImage: "Does it look alike? (CLIP-I)",
    clipText: "Does it show what the prompt says? (CLIP-T)",
    surroundings: "Backgrounds, companions and clothes that the judge finds",
    explainScores:
      "1 at most. Similarities compare with the real picture of the same prompt, which no training saw: 100 % is that picture, 0 % what the base draws. CLIP-T is given as a share of the base's, and the word that was taught is left out of its prompts, since the judge has never read it.",
    stayed: "Pictures that should stay",
    sameSeed: "before to after, same seed",
    otherSeeds: "before, one seed to another",
    classAlone: "The class word alone (CLIP-I)",
    unrelated: "Unrelated prompts (CLIP-I)",
    explainDrift: ({ base, after }: Hits): string =>
      `Little has changed where the first number is near 1. The judge recognises what unrelated pictures should show in ${percent(base)} of them before and ${percent(after)} after.`,
    judges: (clip: string, instance: string): string =>
      `Judges: ${clip}; ${instance}. Scores of other judges cannot be compared with these.`,
  },
  loss: {
    none: "There are too few steps for a curve.",
    steps: (count: number): string => `${count} steps`,
    described: (first: number, last: number): string =>
      `The mean loss went from ${first.toPrecision(3)} to ${last.toPrecision(3)}. Single steps jump with the noise that each draws.`,
  },
  usage: {
    files: "Where it is",
    kohya: "for A1111, Forge and ComfyUI",
    diffusersFile: "for diffusers",
    realModels: "For ComfyUI and A1111: the same with a real model",
    smallBase: (base: string): string =>
      `An adapter fits only the base that it was trained on. ${base} is a small one for trying things, in a size that ComfyUI and A1111 do not know. The same training on Stable Diffusion makes an adapter for them, from 5 to 20 photographs of your own subject:`,
    realCommand:
      'atelier lora photos/dog --prompt "a photo of sks dog" \\\n  --base stable-diffusion-v1-5/stable-diffusion-v1-5 --name dog',
    comfy: (): readonly string[] => comfySteps,
    a1111: (): readonly string[] => a1111Steps,
  },
};
