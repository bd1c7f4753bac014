/** @file Command lines that train, and those that only ask. */

import { expect, it } from "vitest";
import { willTrain } from "./will-train.js";

it.each([
  [["lora", "pictures"], true],
  [["resume", "runs/1", "--json"], true],
  [["train", "config.yaml", "--steps", "3"], true],
  [["lora", "--help"], false],
  [["dreambooth", "pictures", "--help-all"], false],
  [["help", "lora"], false],
  [["generate", "--prompt", "train"], false],
  [["--version"], false],
  [[], false],
])("%j: %s", (argv, expected) => {
  expect(willTrain(argv)).toBe(expected);
});
