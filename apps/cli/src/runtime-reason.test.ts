/** @file What doctor shows of a runtime that does not work. */

import { AtelierError } from "@atelier/engine";
import { expect, it } from "vitest";
import { runtimeReason } from "./runtime-reason.js";

it("is the runtime's own reason, without places in its sources", () => {
  const cause = new Error(
    "/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n",
  );
  const error = new AtelierError("runtime", "runtime: run `atelier doctor`.", { cause });
  expect(runtimeReason(error)).toBe("Failed to get a WebGPU adapter: No supported adapters");
  expect(runtimeReason(new Error("no such backend"))).toBe("no such backend");
});
