/** @file Texts of what `generate` has for SDXL, and for other models with several text encoders. */

/** English. */
export const xlText = {
  group: "For models with several text encoders, and for SDXL:",
  prompt2: "what the second text encoder reads instead of the prompt",
  negative2: "what it reads instead of the negative prompt",
  originalSize:
    "how large the model is told that the picture was before it was resized; that drawn by default",
  cropTopLeft:
    "where the model is told that the picture was cropped, rows and columns; 0,0 by default",
  targetSize: "how large the model is told that the picture is; that drawn by default",
  negativeSize: "the same for the negative prompt; as for the prompt by default",
  expectedSize: "Expected a width and a height of at least 1, such as 1024x768.",
  expectedPlace: "Expected rows and columns from the top left, such as 0,128.",
};
