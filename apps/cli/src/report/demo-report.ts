/** @file What the demo's report tells, as plain data. Its page and its sheet are made from it alone. */

import type { RgbPicture } from "@atelier/diffusion";

/** What a prompt of the demo asks for: the new subject, its class alone, or something else. */
export type PromptTopic = "subject" | "class" | "unrelated";

/** A picture that was learned from. */
export interface Lesson {
  readonly caption: string;
  readonly picture: RgbPicture;
}

/** What one prompt gave. */
export interface PromptPictures {
  readonly prompt: string;
  readonly asksFor: PromptTopic;
  /** One for each picture before and after. */
  readonly seeds: readonly number[];
  readonly before: readonly RgbPicture[];
  readonly after: readonly RgbPicture[];
  /** How the subject really looks there; none for prompts that do not ask for it. */
  readonly real: readonly RgbPicture[];
}

/** A score of the base's pictures, of the adapter's, and of real ones. */
export interface Score {
  readonly base: number;
  readonly after: number;
  readonly real: number;
}

/** How much the pictures of prompts without the subject changed, as mean cosines of CLIP-I. */
export interface Drift {
  /** Of before and after with the same seed. */
  readonly sameSeed: number;
  /** Of the base's pictures with different seeds: how far pictures of one prompt are apart anyway. */
  readonly otherSeeds: number;
}

/** In what share of pictures the judge found what was asked for. */
export interface Hits {
  readonly base: number;
  readonly after: number;
  /** Of real pictures, which says how good the judge is; NaN where there are none. */
  readonly real: number;
}

/** What the judge says. */
export interface Measures {
  /** The judges by name, since scores of different ones cannot be compared. */
  readonly judges: { readonly clip: string; readonly instance: string };
  /** Mean cosine to real pictures of the same prompt, by the judge that tells things apart. */
  readonly instance: Score;
  /** The same by CLIP-I. */
  readonly clipImage: Score;
  /** Mean cosine of a picture and its prompt, CLIP-T, over prompts with the subject. */
  readonly clipText: Score;
  /** Backgrounds, companions and clothes that were asked for beside the subject. */
  readonly surroundings: Hits;
  readonly classAlone: Drift;
  readonly unrelated: Drift;
  /** Pictures of unrelated prompts that show what was asked for. */
  readonly unrelatedRight: Hits;
}

/** Where the adapter's files are. */
export interface AdapterFiles {
  readonly kohya: string;
  readonly diffusers: string;
}

/** What the adapter was trained on. */
export interface ReportedBase {
  readonly name: string;
  /** A folder or file. */
  readonly path: string;
  /** Whether commands take it where no base is named. */
  readonly isDefault: boolean;
}

/** Everything that the report tells. */
export interface DemoReport {
  readonly base: ReportedBase;
  /** The words that stand for the subject: "a sks robot". */
  readonly subject: string;
  /** The subject as an SVG document. */
  readonly portrait: string;
  readonly lessons: readonly Lesson[];
  readonly prompts: readonly PromptPictures[];
  /** Of each training step. */
  readonly losses: readonly number[];
  /** Absent where the base comes without a judge. */
  readonly measures?: Measures | undefined;
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Seconds that each part took. */
  readonly times: readonly (readonly [part: string, seconds: number])[];
  readonly adapter: AdapterFiles;
  readonly drawing: { readonly steps: number; readonly guidance: number; readonly side: number };
}
