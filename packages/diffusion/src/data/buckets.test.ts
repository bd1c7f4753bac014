/** @file Buckets: shapes within the area, every picture in the shape that crops it least. */

import { describe, expect, it } from "vitest";
import { assignBuckets, bucketShapeOf, bucketShapes, reportBuckets } from "./buckets.js";

const options = { area: 512 * 512, step: 64, maxAspect: 2, upscale: true };
const text = ({ width, height }: { width: number; height: number }) => `${width}x${height}`;

describe("bucketShapes", () => {
  it("are the largest of the area in whole steps, as wide as tall", () => {
    expect(bucketShapes(options).map(text)).toEqual([
      ...["384x640", "448x576", "512x512", "576x448", "640x384"],
    ]);
  });

  it("hold kohya's shapes of 512 pixels from 256 to 1024", () => {
    // make_bucket_resolutions((512, 512)) of sd-scripts, which allows 4:1.
    const kohya = "256x1024 320x768 384x640 448x576 512x512 576x448 640x384 768x320 1024x256".split(
      " ",
    );
    const shapes = bucketShapes({ ...options, maxAspect: 4 }).map(text);
    expect(shapes).toEqual(expect.arrayContaining(kohya));
    for (const shape of bucketShapes({ ...options, maxAspect: 4 })) {
      expect(shape.width * shape.height).toBeLessThanOrEqual(options.area);
    }
  });

  it("serve bases of few pixels in steps of their own", () => {
    const shapes = bucketShapes({ ...options, area: 64 * 64, step: 16 }).map(text);
    expect(shapes).toEqual(["48x80", "64x64", "80x48"]);
  });

  it("refuses a step that the area cannot hold", () => {
    expect(() => bucketShapes({ ...options, area: 32 * 32 })).toThrow("got 1024 pixels");
  });
});

describe("bucketShapeOf", () => {
  it.each([
    [1920, 1080, "640x384"],
    [1080, 1920, "384x640"],
    [800, 800, "512x512"],
    [700, 600, "576x448"],
    [4000, 100, "640x384"],
    [20, 20, "512x512"],
  ])("gives a picture of %i×%i the nearest ratio", (width, height, shape) => {
    expect(text(bucketShapeOf({ width, height }, options))).toBe(shape);
  });

  it.each([
    [1920, 1080, "640x384"],
    [600, 400, "576x384"],
    [300, 300, "256x256"],
    [500, 130, "256x128"],
  ])("never enlarges %i×%i without upscaling", (width, height, shape) => {
    expect(text(bucketShapeOf({ width, height }, { ...options, upscale: false }))).toBe(shape);
  });

  it("treats portrait and landscape alike", () => {
    for (let width = 200; width < 2000; width += 37) {
      const { width: w, height: h } = bucketShapeOf({ width, height: 777 }, options);
      expect(bucketShapeOf({ width: 777, height: width }, options)).toEqual({
        width: h,
        height: w,
      });
    }
  });
});

describe("assignBuckets", () => {
  const pictures = [
    { name: "wide.png", width: 1280, height: 720 },
    { name: "square.png", width: 1024, height: 1024 },
    { name: "small.png", width: 100, height: 60 },
    { name: "wide2.png", width: 1600, height: 1000 },
  ];

  it("puts every picture into one bucket", () => {
    const buckets = assignBuckets(pictures, options);
    expect(buckets).toEqual([
      { width: 512, height: 512, pictures: [1] },
      { width: 640, height: 384, pictures: [0, 2, 3] },
    ]);
  });

  it("names a picture that is too small to take a step", () => {
    expect(() => assignBuckets(pictures, { ...options, upscale: false })).toThrow(
      "picture small.png: expected at least 64x64 pixels for a bucket, got 100x60.",
    );
  });

  it("reports what is cropped and how much is enlarged", () => {
    const [square, wide] = reportBuckets(assignBuckets(pictures, options), pictures);
    expect(square?.pictures).toEqual([
      { name: "square.png", original: { width: 1024, height: 1024 }, cropped: 0, scale: 0.5 },
    ]);
    const [first, small] = wide?.pictures ?? [];
    // 1280×720 is shrunk to 682×384, of which 640 columns stay.
    expect(first?.cropped).toBeCloseTo(1 - 640 / 682, 9);
    expect(small?.scale).toBe(6.4);
  });
});
