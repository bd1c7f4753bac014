/**
 * @file The options of `generate` that SDXL reads: sizes of the picture, by the names of diffusers, and prompts for
 * its second text encoder.
 */

import type { PictureSizes } from "@atelier/diffusion/families";
import type { GenerateOptions } from "@atelier/diffusion/pipeline";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Messages } from "./messages/messages.js";

type Size = PictureSizes["original"];
type Place = PictureSizes["crop"];

/** Parsed by the options of this file. */
export interface XlFlags {
  readonly prompt2?: string;
  readonly negative2?: string;
  readonly originalSize?: Size;
  readonly cropTopLeft?: Place;
  readonly targetSize?: Size;
  readonly negativeOriginalSize?: Size;
  readonly negativeCropTopLeft?: Place;
  readonly negativeTargetSize?: Size;
}

/** Adds the options, in a group of their own in the help. */
export function addXlOptions(command: Command, { xl: text }: Messages): void {
  const size = (value: string): Size => {
    const [, width, height] = /^(\d{1,9})x(\d{1,9})$/i.exec(value) ?? [];
    if (Number(width) > 0 && Number(height) > 0) {
      return { width: Number(width), height: Number(height) };
    }
    throw new InvalidArgumentError(text.expectedSize);
  };
  const place = (value: string): Place => {
    const [, top, left] = /^(-?\d{1,9}),(-?\d{1,9})$/.exec(value) ?? [];
    if (top === undefined) throw new InvalidArgumentError(text.expectedPlace);
    return { top: Number(top), left: Number(left) };
  };
  const options = [
    new Option("--prompt-2 <text>", text.prompt2),
    new Option("--negative-2 <text>", text.negative2),
    new Option("--original-size <WxH>", text.originalSize).argParser(size),
    new Option("--crop-top-left <Y,X>", text.cropTopLeft).argParser(place),
    new Option("--target-size <WxH>", text.targetSize).argParser(size),
    new Option("--negative-original-size <WxH>", text.negativeSize).argParser(size),
    new Option("--negative-crop-top-left <Y,X>", text.negativeSize).argParser(place),
    new Option("--negative-target-size <WxH>", text.negativeSize).argParser(size),
  ];
  for (const option of options) command.addOption(option.helpGroup(text.group));
}

/** The flags in the library's words; what was not given keeps the library's default. */
export function xlOptionsOf(
  flags: XlFlags,
): Pick<GenerateOptions, "prompt2" | "negativePrompt2" | "sizes" | "negativeSizes"> {
  const sizes = sizesOf(flags.originalSize, flags.cropTopLeft, flags.targetSize);
  const { negativeOriginalSize, negativeCropTopLeft, negativeTargetSize } = flags;
  const negativeSizes = sizesOf(negativeOriginalSize, negativeCropTopLeft, negativeTargetSize);
  return {
    ...(flags.prompt2 === undefined ? {} : { prompt2: flags.prompt2 }),
    ...(flags.negative2 === undefined ? {} : { negativePrompt2: flags.negative2 }),
    ...(sizes === undefined ? {} : { sizes }),
    ...(negativeSizes === undefined ? {} : { negativeSizes }),
  };
}

function sizesOf(
  original: Size | undefined,
  crop: Place | undefined,
  target: Size | undefined,
): Partial<PictureSizes> | undefined {
  const sizes = {
    ...(original === undefined ? {} : { original }),
    ...(crop === undefined ? {} : { crop }),
    ...(target === undefined ? {} : { target }),
  };
  return Object.keys(sizes).length === 0 ? undefined : sizes;
}
