/** @file What the demo's report tells, as plain data. Its page and its sheet are made from it alone. */

import type { Measures, PromptTopic } from "@atelier/base";
import type { RgbPicture } from "@atelier/diffusion/core";

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
