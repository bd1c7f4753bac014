/** @file Texts of the commands for single techniques. */

import { familyTitles } from "@atelier/diffusion/families";

/** What is said of an extracted LoRA. */
interface ExtractedFacts {
  readonly path: string;
  readonly size: string;
  readonly layers: number;
  /** Between 0 and 1. */
  readonly kept: number;
}

/** English. */
export const techniquesText = {
  finetune: {
    description: "Trains the weights of a model, all of them or a part, on a folder of pictures.",
    argument: "folder of pictures (JPEG, PNG, WebP, AVIF), with captions beside them or --prompt",
    more: (rule: string): string =>
      `
Writes a complete model: a diffusers folder, or one file with --checkpoint single-file.

Examples:
  atelier finetune photos/style --prompt "a flower"
  atelier finetune photos/style --base models/sd15 --parts cross-attention --ema-decay 0.999
  atelier finetune photos/style --base models/sd15 --text-encoder-train --checkpoint single-file

${rule}`,
  },
  dreambooth: {
    description:
      "Teaches a model one subject from 3 to 5 pictures, as an identifier before its class: sks dog.",
    argument: "folder of pictures of the subject",
    token: "the identifier: a word that means nothing to the model yet, such as sks",
    class: "what the subject is, such as dog",
    noPrior: "train on the subject alone; the class may come to look like it",
    paperPrompts:
      "draw the 25 prompts of the paper's benchmark as samples, those for an object or a living subject",
    more: (rule: string): string =>
      `
The class keeps its meaning: beside each picture of the subject the model sees one of the class, drawn
by itself before training (--prior-count) or given (--prior-folder), or it is held to what it said of
the class before (--prior-source prediction).

Examples:
  atelier dreambooth photos/robot --token sks --class robot
  atelier dreambooth photos/dog --base models/sd15 --token sks --class dog --tuning full
  atelier dreambooth photos/dog --base models/sd15 --token sks --class dog --prior-folder photos/dogs

${rule}`,
  },
  textualInversion: {
    description: "Teaches a model a new word and leaves all else in it as it is.",
    argument: "folder of pictures that show what the word means",
    init: "words near the new one, whose vectors it starts from; mean of the vocabulary; or random",
    more: (rule: string): string =>
      `
The result is a file of a few kilobytes for diffusers, A1111 and ComfyUI. --kind takes captions from the
paper's templates; without it captions and --prompt have to contain the word. --tuning pivotal trains
an adapter beside the word.

Examples:
  atelier textual-inversion art/ink --base models/sd15 --token "<ink>" --init painting --kind style
  atelier textual-inversion photos/mug --base models/sd15 --token "<mug>" --init mug --kind subject --vectors 4
  atelier textual-inversion photos/robot --token "<robo>" --init robot --prompt "a <robo>"

${rule}`,
  },
  import: {
    description:
      "Makes a training config of another trainer's settings and lists what has no equivalent.",
    argument:
      "kohya's .toml files or its GUI's .json, ai-toolkit's .yaml, OneTrainer's .json, or a text file with a command line of diffusers' or kohya's scripts",
    out: "the config file to write; printed by default",
    force: "replace a file that exists",
    exists: (path: string): string =>
      `${path}: expected a new file, got one that exists. Name another one, or replace it with --force.`,
    folder: (path: string): string =>
      `${path}: expected a file with settings, got a folder. Name the file itself.`,
    tooLarge: (path: string, maxBytes: number): string =>
      `${path}: expected settings of at most ${maxBytes / 2 ** 20} MiB, got a larger file. Check that this is the file you mean.`,
    notToml: (path: string, message: string): string =>
      `${path}: expected TOML, got text that does not parse: ${message}\nCorrect it.`,
    written: (path: string): string => `Written: ${path}`,
    left: (option: string, value: string, why: string): string =>
      `left: ${option} = ${value} (${why})`,
    incomplete: (problems: string): string => `Before it can be trained: ${problems}`,
    strength: ({
      scaledRate,
      picturesPerStep,
      picturesShown,
    }: Readonly<Record<"scaledRate" | "picturesPerStep" | "picturesShown", number>>): string =>
      `Strength, to compare: learning rate × alpha / rank = ${scaledRate.toPrecision(3)}, ${picturesPerStep} ${picturesPerStep === 1 ? "picture" : "pictures"} a step, ${picturesShown} pictures shown in all.`,
    more: `
Examples:
  atelier import lora.toml dataset.toml --out dog.yaml
  atelier import config/dog.yaml --out dog.yaml
  atelier import preset.json concepts.json --out dog.yaml
  atelier import train.sh --out dog.yaml && atelier train dog.yaml

What each setting of each program becomes, and its default there, stands in docs/import.md.`,
  },
  merge: {
    description: "Merges adapters into one adapter, or into the weights of a base.",
    argument:
      "LoRA files, folders or repositories, each with its weight behind a colon: style.safetensors:0.7",
    out: "the file to write; with --base a folder, or one file where it ends in .safetensors",
    base: "a model to merge them into; without it they are merged among themselves",
    layersOf: `the model whose layers the adapters change, where their names do not tell: neither ${familyTitles} nor the base of Atelier's own`,
    ignoreUnknown: "leave out tensors of an adapter that no layer of the base takes",
    rank: "keep no more than this rank, with the largest directions; all of it by default",
    working: "Merging",
    layers: "layers merged",
    merged: (path: string, rank: number, kept: number): string =>
      `Written: ${path}, rank ${rank}${kept === 1 ? ", nothing left out" : `, ${(100 * kept).toFixed(1)} % of the change kept`}`,
    wordStays: (path: string, token: string): string =>
      `${path} brings the word ${token}, which a model's weights cannot hold: use its embedding file beside the merged model.`,
    mixedPredictions: (
      adapters: readonly { readonly path: string; readonly type: string }[],
    ): string =>
      `The adapters were trained on models of different kinds, which rarely go together: ${adapters.map(({ path, type }) => `${path} on one that predicts ${type}`).join(", ")}.`,
    intoBase: (path: string, layers: number): string =>
      `Written: ${path}, with ${layers} changed layers`,
    more: `
Examples:
  atelier merge dog.safetensors:0.8 style.safetensors:0.5 --out both.safetensors
  atelier merge dog.safetensors style.safetensors --rank 16 --out small.safetensors
  atelier merge dog.safetensors --base models/sd15 --out models/dog`,
  },
  extract: {
    description: "Makes a LoRA of what distinguishes a fine-tuned model from its base.",
    argument: "the tuned model: a folder, a file, or owner/name on the Hub",
    out: "the LoRA to write, a kohya file",
    base: "the model that it was made from",
    rank: "of each layer: more is nearer to the model, and a larger file",
    dtype: "how to store floats",
    tensors: "Comparing the two models, tensors",
    leftOut: (names: readonly string[]): string =>
      `${names.length} changed tensors that no LoRA can hold are left out (norms, biases, embeddings, the autoencoder): ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}`,
    written: ({ path, layers, kept, size }: ExtractedFacts): string =>
      `Written: ${path} (${size}), ${layers} layers, ${(100 * kept).toFixed(1)} % of their change`,
    more: `
The share is that of the change's length (its Frobenius norm) that fits the rank. Full fine-tuning changes
every direction a little, so that half of it can be enough to look the same: compare with
atelier generate --adapter.

Examples:
  atelier extract models/my-style --base models/sd15 --rank 32 --out my-style.safetensors
  atelier extract my-model.safetensors --base sd15.safetensors --out my-model-lora.safetensors`,
  },
  resume: {
    description: "Goes on with a run or a tune that was stopped or broke off.",
    argument: "folder of the run or the tune",
    allowChanges: "go on although pictures, captions or the base are not what they were",
    pastStop: "go on although a watcher ended the run, and heed it no more",
    finish:
      "train no further: end the run at its newest snapshot, with its best step as the result",
    more: `
The run goes on from its newest whole snapshot, and ends with the very bits of a run without a break. Where you have
seen that it has learned enough, stop it and --finish it: it is done then, with result and report. Of a run that is not
watched the result is the snapshot's step.

Examples:
  atelier resume runs/lora-20261124-093015
  atelier resume runs/lora-20261124-093015 --finish
  atelier resume runs/tune-20261124-093015`,
  },
};
