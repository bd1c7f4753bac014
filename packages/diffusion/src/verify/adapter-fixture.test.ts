/** @file Every adapter method against PEFT: outputs, gradients, merged weights. */

import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { fixture } from "../testing/fixtures.js";
import { verifyAdapterFixture } from "./adapter-fixture.js";

describe("verifyAdapterFixture", () => {
  it.each(["lora", "rslora", "dora", "loha", "lokr"])(
    "finds the outputs, gradients and merged weights of PEFT's %s",
    async (name) => {
      const path = fixture("verify", `adapter_${name}.safetensors`);
      const file = await openSafetensors(nodeFiles, path);
      try {
        const checks = await verifyAdapterFixture(name, file, createOrtRuntime({ threads: 1 }));
        expect(checks.map(({ name: checked }) => checked)).toEqual([
          `${name} out.conv`,
          `${name} out.lin`,
          `${name} gradients`,
          `${name} merged`,
        ]);
        expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
      } finally {
        await file.close();
      }
    },
  );
});
