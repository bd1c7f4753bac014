/** @file What groups of flags are called in English. */

/** A group of flags in the help of trainings. */
export type FlagGroup = keyof typeof flagGroupText;

/** Headings of groups. */
export const flagGroupText = {
  model: "Model and results:",
  data: "Pictures and captions:",
  tuning: "What is trained:",
  prior: "What the class keeps:",
  learning: "Steps, rates, optimizer:",
  objective: "Loss, noise, timesteps:",
  progress: "Samples and snapshots:",
  machine: "Device and memory:",
} as const;
