/** @file Settings of image processors, old and new, and what they refuse; pixels are checked by the judges' fixtures. */

import { describe, expect, it } from "vitest";
import {
  type PictureProcessor,
  planPicture,
  processPictures,
  readPictureProcessor,
} from "./picture-processor.js";

const clip: PictureProcessor = {
  resize: { shortestEdge: 224 },
  filter: "bicubic",
  crop: { width: 224, height: 224 },
  rescaleFactor: 1 / 255,
  mean: [0.48145466, 0.4578275, 0.40821073],
  standardDeviation: [0.26862954, 0.26130258, 0.27577711],
};

describe("readPictureProcessor", () => {
  it("reads the first files of OpenAI's CLIP and those of transformers 5 alike", () => {
    const common = {
      do_center_crop: true,
      do_normalize: true,
      do_resize: true,
      image_mean: [0.48145466, 0.4578275, 0.40821073],
      image_std: [0.26862954, 0.26130258, 0.27577711],
      resample: 3,
    };
    const first = {
      ...common,
      crop_size: 224,
      feature_extractor_type: "CLIPFeatureExtractor",
      size: 224,
    };
    const newest = {
      ...common,
      crop_size: { height: 224, width: 224 },
      do_convert_rgb: true,
      do_rescale: true,
      image_processor_type: "CLIPImageProcessorFast",
      processor_class: "CLIPProcessor",
      data_format: "channels_first",
      input_data_format: null,
      rescale_factor: 0.00392156862745098,
      size: { shortest_edge: 224 },
    };
    expect(readPictureProcessor(first)).toEqual(clip);
    expect(readPictureProcessor(newest)).toEqual(clip);
    expect(readPictureProcessor({})).toEqual(clip);
  });

  it("reads both sides, other filters and another crop", () => {
    const size = { height: 40, width: 30 };
    const settings = { size, crop_size: { height: 20, width: 30 }, resample: 2 };
    const processor = readPictureProcessor(settings);
    expect(processor).toMatchObject({
      resize: size,
      crop: { width: 30, height: 20 },
      filter: "bilinear",
    });
    expect(planPicture(processor, { width: 700, height: 100 })).toEqual({
      resized: { width: 30, height: 40 },
      window: { left: 0, top: 10, width: 30, height: 20 },
    });
  });

  it.each([
    [{ image_processor_type: "SiglipImageProcessor" }, "image_processor_type: "],
    [{ do_center_crop: false }, "do_center_crop: false is unsupported"],
    [{ do_resize: false }, "do_resize: false is unsupported"],
    [{ do_pad: true }, "do_pad: unknown field with value true"],
    [{ resample: 0 }, "resample: "],
    [{ size: { longest_edge: 224 } }, "size: "],
    [{ size: { shortest_edge: 224, longest_edge: 300 } }, "size: "],
    [{ size: 200 }, "crop_size: 224x224 is larger than what size leaves"],
    [{ size: 1e9, crop_size: 1e9 }, "size: "],
    [{ crop_size: { height: 224, width: 0 } }, "crop_size.width: "],
    [{ image_mean: [0.5, 0.5] }, "image_mean: "],
    [{ image_std: [0.5, 0, 0.5] }, "image_std.1: "],
    [{ rescale_factor: 0 }, "rescale_factor: "],
    [[], "preprocessor_config.json: expected a JSON object of fields, got []"],
  ])("refuses %j", (settings, problem) => {
    expect(() => readPictureProcessor(settings)).toThrow(problem);
  });
});

describe("planPicture", () => {
  // The numbers of transformers' get_resize_output_image_size and center_crop.
  it.each([
    [640, 480, 341, 256, 58, 16],
    [480, 641, 256, 341, 16, 58],
    [1000, 999, 256, 256, 16, 16],
    [1, 4000, 256, 1024000, 16, 511888],
    [257, 256, 257, 256, 16, 16],
  ])("places %ix%i", (width, height, toWidth, toHeight, left, top) => {
    const processor = { ...clip, resize: { shortestEdge: 256 } };
    expect(planPicture(processor, { width, height })).toEqual({
      resized: { width: toWidth, height: toHeight },
      window: { left, top, width: 224, height: 224 },
    });
  });
});

describe("processPictures", () => {
  it("keeps pictures and channels apart", () => {
    const processor = {
      ...clip,
      resize: { shortestEdge: 2 },
      crop: { width: 2, height: 2 },
      rescaleFactor: 0.5,
      mean: [1, 2, 3] as const,
      standardDeviation: [1, 2, 4] as const,
    };
    const picture = (from: number) => ({
      width: 2,
      height: 2,
      data: Uint8Array.from({ length: 12 }, (_, i) => from + i),
    });
    const { shape, data } = processPictures(processor, [picture(0), picture(100)]);
    expect(shape).toEqual([2, 3, 2, 2]);
    const expected = [0, 100].flatMap((from) =>
      [1, 2, 3].flatMap((mean, channel) =>
        [0, 3, 6, 9].map(
          (pixel) => ((from + pixel + channel) / 2 - mean) / ([1, 2, 4][channel] ?? 0),
        ),
      ),
    );
    expect([...data]).toEqual(expected);
  });

  it("takes a picture of extreme shape without making all of it", () => {
    const strip = { width: 20000, height: 1, data: new Uint8Array(60000).fill(255) };
    const { data } = processPictures(clip, [strip]);
    const white = (1 - clip.mean[2]) / clip.standardDeviation[2];
    expect(data.at(-1)).toBeCloseTo(white, 5);
  });

  it("refuses bytes that do not fill the picture", () => {
    const torn = { width: 4, height: 4, data: new Uint8Array(47) };
    expect(() => processPictures(clip, [torn])).toThrow("expected 48 bytes");
  });
});
