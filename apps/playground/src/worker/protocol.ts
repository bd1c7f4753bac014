/** @file What the page and its worker tell each other. One request is worked on at a time. */

import type { TrainEvent } from "@atelier/diffusion/train";
import type { Sentence } from "@atelier/engine";

/** A picture as a file. */
export interface GivenPicture {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A lesson: pictures of one thing, and what it is called in prompts. */
export interface Lesson {
  /** Names the adapter's file. */
  readonly name: string;
  /** What all pictures show: `a sks robot`. */
  readonly prompt: string;
  /** Drawn again and again while it learns. */
  readonly samplePrompt: string;
  readonly steps: number;
  readonly pictures: readonly GivenPicture[];
}

/** A lesson that the browser keeps, as far as it has come. */
export interface KeptLesson {
  readonly name: string;
  readonly prompt: string;
  /** Finished steps that are kept. */
  readonly step: number;
  readonly steps: number;
  /** Whether it has nothing left to learn. */
  readonly isOver: boolean;
  readonly sizeBytes: number;
}

/** What is to be drawn. */
export interface Drawing {
  readonly prompt: string;
  readonly seed: number;
  readonly count: number;
  /** Of what was learned; 0 draws with the base alone. */
  readonly strength: number;
}

/** What computes. */
export type Device = "processor" | "graphics-card";

/** What the page asks for. */
export type Request =
  | { readonly type: "open"; readonly device: Device }
  | { readonly type: "draw"; readonly drawing: Drawing }
  | { readonly type: "teach"; readonly lesson: Lesson }
  /** Goes on with the lesson that the browser keeps. */
  | { readonly type: "go-on" }
  /** Deletes it. */
  | { readonly type: "forget" }
  | { readonly type: "stop" };

/** A finished picture as PNG with its settings inside. */
export interface DrawnPicture {
  readonly png: Uint8Array<ArrayBuffer>;
  readonly seed: number;
}

/** Why something did not come off. */
export interface Problem {
  readonly message: string;
  readonly sentence?: Sentence | undefined;
}

/** What the worker tells. */
export type Answer =
  | { readonly type: "download"; readonly done: number; readonly total: number }
  | {
      readonly type: "opened";
      readonly device: Device;
      readonly threads: number;
      /** Why it is not the graphics card, where that was asked for. */
      readonly fault?: Problem | undefined;
    }
  | { readonly type: "drawing"; readonly done: number; readonly total: number }
  | { readonly type: "drawn"; readonly picture: DrawnPicture }
  | { readonly type: "training"; readonly event: TrainEvent }
  | { readonly type: "sample"; readonly step: number; readonly png: Uint8Array<ArrayBuffer> }
  | { readonly type: "learned"; readonly name: string; readonly adapter: Uint8Array<ArrayBuffer> }
  /** What the browser keeps; nothing where there is none. */
  | { readonly type: "kept"; readonly lesson: KeptLesson | undefined }
  /** The browser does not keep the lesson. */
  | { readonly type: "unkept"; readonly reason: string }
  /** The graphics card is gone, and with it all that this worker could do. */
  | { readonly type: "lost"; readonly reason: string }
  /** The request is over. */
  | { readonly type: "ended"; readonly how: "done" | "stopped" }
  | { readonly type: "failed"; readonly problem: Problem };
