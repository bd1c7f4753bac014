/** @file Fixtures of flow matching, whole and with one number changed. */

import { nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { fixture } from "../testing/fixtures.js";
import {
  isDensityFixture,
  isFlowFixture,
  verifyDensityFixture,
  verifyFlowFixture,
} from "./flow-fixture.js";

const flow = await openSafetensors(nodeFiles, fixture("noise/flow_match.safetensors"));
const density = await openSafetensors(nodeFiles, fixture("noise/sd3_timestep_density.safetensors"));

it("finds tables of σ and loops equal to diffusers'", async () => {
  expect([isFlowFixture(flow), isDensityFixture(flow)]).toEqual([true, false]);
  const checks = await verifyFlowFixture("flow", flow);
  expect(checks.map(({ status, name }) => `${status} ${name}`).sort()).toEqual([
    ...[1024, 256, 4096].map((tokens) => `ok flow dyn${tokens}.sigmas`),
    ...["1.0", "3.0"].flatMap((shift) =>
      ["loop_out", "sigmas", "timesteps", "train_sigmas"].map(
        (key) => `ok flow shift${shift}.${key}`,
      ),
    ),
  ]);
});

it("finds shares drawn as diffusers' training script draws them", async () => {
  expect([isFlowFixture(density), isDensityFixture(density)]).toEqual([false, true]);
  const checks = await verifyDensityFixture("density", density);
  expect(checks.map(({ status, name }) => `${status} ${name}`)).toEqual([
    "ok density u",
    "ok density logit_normal",
    "ok density mode",
  ]);
});

it("fails where a stored number differs", async () => {
  const altered = {
    ...flow,
    readFloat32: async (name: string) => {
      const { shape, ...tensor } = await flow.readFloat32(name);
      const data =
        name === "shift3.0.sigmas" ? tensor.data.map((value) => value + 1e-4) : tensor.data;
      return { ...tensor, shape, data };
    },
  };
  const checks = await verifyFlowFixture("flow", altered);
  const failed = checks.filter(({ status }) => status !== "ok");
  expect(failed.map(({ name }) => name)).toEqual(["flow shift3.0.sigmas"]);
});
