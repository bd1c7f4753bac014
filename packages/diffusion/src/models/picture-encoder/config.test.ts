/** @file The config.json of picture encoders. */

import { describe, expect, it } from "vitest";
import {
  type PictureEncoderConfig,
  readPictureEncoderConfig,
  writePictureEncoderConfig,
} from "./config.js";

const config: PictureEncoderConfig = {
  pictureSize: 64,
  stemChannels: 32,
  stageChannels: [64, 128],
  normNumGroups: 8,
  projectionDim: 96,
};

describe("readPictureEncoderConfig", () => {
  it.each([config, { ...config, pooling: "mean" } as const])(
    "reads what was written",
    (written) => {
      const json: unknown = JSON.parse(JSON.stringify(writePictureEncoderConfig(written)));
      expect(readPictureEncoderConfig(json)).toEqual(written);
    },
  );

  it("refuses another kind of model, and fields that it does not know", () => {
    const written = writePictureEncoderConfig(config);
    expect(() => readPictureEncoderConfig({ ...written, model_type: "clip_vision_model" })).toThrow(
      "model_type",
    );
    expect(() => readPictureEncoderConfig({ ...written, dropout: 0.1 })).toThrow(
      "dropout: unknown field",
    );
  });

  it("refuses groups that do not divide a stage", () => {
    const written = writePictureEncoderConfig({ ...config, stageChannels: [64, 100] });
    expect(() => readPictureEncoderConfig(written)).toThrow(
      "norm_num_groups: 8 does not divide stage_channels 100",
    );
  });
});
