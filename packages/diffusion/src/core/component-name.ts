/** @file The names of the models that pipelines are made of, in the one place that lists them. */

/** The components that read text. */
export const textEncoderNames = ["text_encoder", "text_encoder_2", "text_encoder_3"] as const;

/** A name in {@link textEncoderNames}. */
export type TextEncoderName = (typeof textEncoderNames)[number];

/** The components that adapters can change. */
export const adaptedComponents: readonly ["unet", "transformer", ...typeof textEncoderNames] = [
  "unet",
  "transformer",
  ...textEncoderNames,
];

/** A name in {@link adaptedComponents}. */
export type AdaptedComponent = (typeof adaptedComponents)[number];

/** A component's name: its folder in a diffusers pipeline, the first part of its layers' names. */
export type ComponentName = AdaptedComponent | "vae";
