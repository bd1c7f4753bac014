/** @file Noise schedules against a fixture by PyTorch. */

import { nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { fixture } from "../testing/fixtures.js";
import { isNoiseFixture, verifyNoiseFixture } from "./noise-fixture.js";

it("finds ᾱ, noisy samples, velocities and Min-SNR weights equal to PyTorch's", async () => {
  const file = await openSafetensors(nodeFiles, fixture("noise/ddpm_training.safetensors"));
  expect(isNoiseFixture(file)).toBe(true);
  const checks = await verifyNoiseFixture("ddpm_training", file);
  await file.close();
  expect(checks.map(({ name, status }) => `${status} ${name}`)).toEqual([
    "ok ddpm_training alphas_cumprod",
    "ok ddpm_training noisy",
    "ok ddpm_training velocity",
    "ok ddpm_training snr",
    "ok ddpm_training min_snr5_eps",
    "ok ddpm_training min_snr5_v",
  ]);
  // ᾱ is equal to the last bit.
  expect(checks[0]?.error).toBe(0);
});

it("does not take a model fixture for a noise fixture", async () => {
  const file = await openSafetensors(nodeFiles, fixture("models/unet_sd1_tiny.safetensors"));
  expect(isNoiseFixture(file)).toBe(false);
  await file.close();
});
