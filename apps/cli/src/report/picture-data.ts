/** @file Pictures as data URIs, so that a page needs no file beside itself. */

import { dataUri, type RgbPicture } from "@atelier/diffusion/core";
import { encodePng } from "@atelier/diffusion/files";
import type { Messages } from "../messages/messages.js";
import type { DemoReport, PromptPictures } from "./demo-report.js";

/** A picture as a page takes it. */
export interface EncodedPicture {
  /** A data URI. */
  readonly source: string;
  /** What it shows, below it and for those who cannot see it. */
  readonly label: string;
}

/** All pictures of a report. */
export interface EncodedPictures {
  readonly portrait: string;
  readonly lessons: readonly EncodedPicture[];
  /** For each prompt: before, after, real. */
  readonly prompts: readonly (readonly (readonly EncodedPicture[])[])[];
}

/** Encodes every picture of a report, without loss. */
export async function encodePictures(
  report: DemoReport,
  { report: text }: Messages,
): Promise<EncodedPictures> {
  const lessons = report.lessons.map(({ caption, picture }) => encode(picture, caption));
  const prompts = report.prompts.map((prompt) => Promise.all(groupsOf(prompt, text)));
  return {
    portrait: dataUri("image/svg+xml", new TextEncoder().encode(report.portrait)),
    lessons: await Promise.all(lessons),
    prompts: await Promise.all(prompts),
  };
}

function groupsOf(
  { seeds, before, after, real }: PromptPictures,
  text: Messages["report"],
): Promise<EncodedPicture[]>[] {
  const drawn = (pictures: readonly RgbPicture[]) =>
    Promise.all(pictures.map((picture, index) => encode(picture, text.seed(seeds[index] ?? 0))));
  const rendered = Promise.all(real.map((picture) => encode(picture, text.rendered)));
  return [drawn(before), drawn(after), rendered];
}

async function encode(picture: RgbPicture, label: string): Promise<EncodedPicture> {
  return { source: dataUri("image/png", await encodePng(picture)), label };
}
