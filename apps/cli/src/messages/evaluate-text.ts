/** @file `atelier evaluate`, its table and its page in English. */

import type { Estimate, Share } from "@atelier/diffusion/evaluate";

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
/** Differences of cosines below this are of no account, however sure they are. */
const leastDifference = 0.005;

/** Whether an interval leaves the sign open, or is none, or the difference is of no account. */
const isOpen = ({ value, low, high }: Estimate): boolean =>
  !(low > 0 || high < 0) || Math.abs(value) < leastDifference;

/** Texts of evaluations. */
export const evaluateText = {
  language: "en",
  description:
    "Scores what was trained as papers do: likeness, obedience, diversity, the class, copies; beside its base.",
  argument:
    "a run's folder, an adapter (file[:strength]), a word or a model; several become columns of one table",
  pictures: "folder of the pictures that were learned from; those of the run by default",
  token: "the identifier or word that was taught, such as sks",
  class: "what the subject is, such as dog",
  baseOption:
    "the model that was trained on: a folder, a file or a Hugging Face repository; that of the run by default, else embedded",
  protocol:
    "dreambooth: 25 prompts, 4 pictures each, and the class; textual-inversion: the word alone and three edits, 64 pictures each",
  paperPrompts:
    "DreamBooth's prompts for an object or for a living subject; as the class is by default",
  prompts: "a file of other prompts, one a line, with {} where the subject stands",
  judge:
    "a CLIP that judges: its folder or Hugging Face repository; the base's own judge by default, where it has one",
  instanceJudge: "a DINOv2 that tells things apart, likewise",
  count: "pictures of each prompt; as the protocol has it by default",
  out: "folder to write to; evaluation/ in the run's folder by default",
  more: `
Examples:
  atelier evaluate runs/lora-20261124-093015 --class robot
  atelier evaluate dog.safetensors dog.safetensors:0.7 --base models/sd15 --pictures photos/dog \\
      --token sks --class dog --judge openai/clip-vit-base-patch32 --instance-judge facebook/dinov2-small
  atelier evaluate runs/dog runs/dog/checkpoints/step-000200/dog.safetensors

Leaves evaluation.md (the table), evaluation.html (the same with drawings beside the nearest pictures that
were learned from), evaluation.json (every number) and the drawings. What is drawn already stays: the same
command goes on where it was stopped. Scores of different judges cannot be compared.`,
  base: "base",
  realPictures: "real pictures",
  onePicture:
    "There is only one picture of the subject: likeness has no ceiling, and copies cannot be told.",
  cutPrompts: (ends: readonly string[]): string =>
    `The judge reads ${ends.length === 1 ? "a prompt" : `${ends.length} prompts`} without ${ends.length === 1 ? "its end" : "their ends"}: ${ends.slice(0, 3).join("; ")}`,
  opening: "Opening what is evaluated",
  plan: ({
    subject,
    pictures,
    prompts,
    drawings,
    folder,
  }: {
    readonly subject: string;
    readonly pictures: number;
    readonly prompts: number;
    readonly drawings: number;
    readonly folder: string;
  }): string =>
    `“${subject}”, learned from ${pictures} ${pictures === 1 ? "picture" : "pictures"}: ${prompts} prompts, ${drawings} drawings in all, in ${folder}`,
  drawing: (model: string, left: string | undefined): string =>
    `drawings (now: ${model})${left === undefined ? "" : `, about ${left} left`}`,
  judging: "prompts judged",
  stopped: (folder: string): string =>
    `Stopped. What is drawn so far is in ${folder}; the same command goes on with it.`,
  look: (page: string, table: string): string => `Look at ${page}\nThe table: ${table}`,
  title: (subject: string): string => `How well was “${subject}” learned?`,
  measure: "measure",
  /** What each is called, and what it says. */
  measures: {
    instance: {
      label: "likeness (DINO) ↑",
      means:
        "Is it the very same thing? The mean cosine of drawings and the pictures that were learned from, by the judge that tells things apart, where the paper takes DINO. Real pictures among themselves say how high it can be.",
    },
    clipImage: {
      label: "likeness (CLIP-I) ↑",
      means:
        "The same by the judge in the role of CLIP, which sees the whole picture: backgrounds and style count.",
    },
    likenessShare: {
      label: "likeness ÷ real pictures' ↑",
      means: "Likeness (DINO) divided by that of the real pictures among themselves.",
    },
    clipText: {
      label: "obedience (CLIP-T) ↑",
      means:
        "Does a drawing show what its prompt says? The mean cosine of drawing and prompt, without the word that was taught, which no judge has read.",
    },
    clipTextGain: { label: "obedience − the base's ↑", means: "The difference, prompt by prompt." },
    obeyed: {
      label: "own prompt fits best ↑",
      means:
        "The share of drawings that fit their own prompt better than every other of the table's.",
    },
    diversity: {
      label: "diversity (DIV) ↑",
      means:
        "How far drawings of one prompt are apart: the mean of 1 − cosine over their pairs, by the judge that tells things apart. The paper's DIV is such a mean of LPIPS distances, which is not here; the numbers do not compare.",
    },
    diversityShare: {
      label: "diversity ÷ the base's ↑",
      means: "Far below 1, the drawings of a prompt have become one picture.",
    },
    variety: {
      label: "variety (Vendi) ↑",
      means:
        "Like how many different pictures the drawings of one prompt are, at most their number.",
    },
    classResemblance: {
      label: "class resembles subject (PRES) ↓",
      means:
        "The mean cosine of drawings of the class alone and pictures of the subject, by the judge that tells things apart. Above the base's, the class turns into the subject.",
    },
    classResemblanceGain: { label: "PRES − the base's ↓", means: "The difference, seed by seed." },
    classKept: {
      label: "class kept ↑",
      means:
        "The mean cosine of drawings of the class with those of the base from the same seeds: 1 where nothing changed.",
    },
    copies: {
      label: "copies ↓",
      means:
        "The share of drawings that are more like a picture that was learned from than any two of those are like each other, by the whole picture (the judge in the role of CLIP), with the exact interval of Clopper and Pearson. Prompts of which a caption says all do not count: there a copy is what was asked for. The base, which has seen none of the pictures, shows how often that happens by chance.",
    },
  },
  protocols: {
    dreambooth: "the protocol of DreamBooth (Ruiz et al. 2022, arXiv 2208.12242)",
    "textual-inversion": "the protocol of Textual Inversion (Gal et al. 2022, arXiv 2208.01618)",
  },
  summary: ({
    protocol,
    prompts,
    count,
    pictures,
    classPictures,
  }: {
    readonly protocol: string;
    readonly prompts: number;
    readonly count: number;
    readonly pictures: number;
    readonly classPictures: number;
  }): string =>
    `By ${protocol}: ${prompts} prompts, ${count} ${count === 1 ? "drawing" : "drawings"} of each${classPictures === 0 ? "" : `, and ${classPictures} of the class alone`}, held against ${pictures} ${pictures === 1 ? "picture" : "pictures"} that ${pictures === 1 ? "was" : "were"} learned from.`,
  intervals:
    "In brackets: 95 % intervals, by resampling the prompts (for the class, and where only one prompt counts, the drawings); of copies exact; ↑ the more the better, ↓ the less.",
  judges: (clip: string, instance: string): string =>
    `Judges: in the role of CLIP ${clip}; to tell things apart ${instance}. Scores of other judges cannot be compared with these.`,
  baseAsked: (className: string): string =>
    className === ""
      ? "The base is asked the same prompts without the word, which it does not know."
      : `The base is asked the same prompts with “${className}” in the place of what it does not know, from the same seeds.`,
  drawnBy: (drawn: {
    readonly sampler: string;
    readonly steps: number;
    readonly guidance: number;
    readonly width: number;
    readonly height: number;
    readonly seed: number;
  }): string =>
    `Drawn with ${drawn.sampler}, ${drawn.steps} steps, guidance ${drawn.guidance}, ${drawn.width}×${drawn.height} pixels, from seed ${drawn.seed} on.`,
  findings: {
    likeness: (share: Estimate, ofBase: Estimate): string =>
      Number.isFinite(share.value)
        ? `Likeness reaches ${percent(share.value)} of what the pictures have among themselves (the base: ${percent(ofBase.value)}).`
        : "There is one picture only, so that likeness has no ceiling to be held against.",
    obedience: (gain: Estimate, obeyed: Estimate, ofBase: Estimate): string => {
      const fit = isOpen(gain)
        ? `Drawings fit their prompts about as the base's do (CLIP-T ${signed(gain.value)})`
        : `Drawings fit their prompts ${gain.value < 0 ? "less" : "better"} than the base's (CLIP-T ${signed(gain.value)})`;
      return `${fit}; ${percent(obeyed.value)} of them fit their own prompt best (the base's: ${percent(ofBase.value)}).`;
    },
    diversity: (share: Estimate): string =>
      `Drawings of one prompt are ${percent(share.value)} as far apart as the base's.`,
    classes: (gain: Estimate, kept: Estimate, spread: number): string => {
      const changed = `drawings of it are ${kept.value.toFixed(2)} like the base's from the same seeds (the base's own from different seeds: ${spread.toFixed(2)})`;
      const turned =
        isOpen(gain) || gain.value < 0
          ? "The class has come no nearer to the subject"
          : `The class has come nearer to the subject (PRES ${signed(gain.value)})`;
      return `${turned}; ${changed}.`;
    },
    copies: (copies: Share | undefined, ofBase: Share | undefined): string =>
      copies === undefined
        ? "Copies cannot be told: that takes two pictures at least, and a prompt that was not learned."
        : `${copies.count} of ${copies.of} drawings are copies of pictures that were learned from (${percent(copies.low)} to ${percent(copies.high)}; of the base's, by chance, ${ofBase?.count ?? 0}).`,
  },
  nearTwins: (first: string, second: string): string =>
    `${first} and ${second} are nearly the same picture, and set the measure: hardly any drawing can count as a copy.`,
  copyMeasure: (first: string, second: string, similarity: number): string =>
    `The two that are most alike are ${first} and ${second} (${similarity.toFixed(3)}): a drawing that is more like one of the pictures than that counts as a copy.`,
  headings: {
    short: "In short",
    table: "The table",
    measures: "What the numbers mean",
    copies: "Copies",
    drawings: "Drawings beside the nearest picture",
    real: "The pictures that were learned from",
    classes: "The class alone",
  },
  noCopies: "No drawing counts as a copy.",
  moreCopies: (count: number): string => `And ${count} more, which evaluation.json names.`,
  sheet:
    "Of each prompt the drawing that is most like a picture that was learned from, that picture beside it, and what the base drew from the same seed.",
  promptScores: (likeness: number, clipText: number): string =>
    [
      ...(Number.isFinite(likeness) ? [`likeness ${likeness.toFixed(2)}`] : []),
      ...(Number.isFinite(clipText) ? [`CLIP-T ${clipText.toFixed(2)}`] : []),
    ].join(", "),
  classSheet:
    "Drawings of the class, without the word that was taught, from the same seeds: they should stay as they were.",
  shown: {
    base: (seed: number): string => `base, seed ${seed}`,
    drawing: (seed: number): string => `drawing, seed ${seed}`,
    nearest: (name: string, similarity: number): string =>
      `nearest: ${name} (${similarity.toFixed(3)})`,
    copy: "copy",
    learned: "a caption says all of it: copies do not count",
  },
};

/** Names of measures. */
export type MeasureName = keyof (typeof evaluateText)["measures"];
