/** @file What is said of runs that failed, by what runtimes say of them. */

import { describe, expect, it } from "vitest";
import { AtelierError } from "../errors.js";
import { isDeviceLost, runError } from "./run-error.js";

describe("runError", () => {
  it.each([
    'Failed to submit: [Device "WebGPU"] is lost.\n - While calling [Queue].Submit',
    "WebGPU device lost (2): A valid external Instance reference no longer exists.",
    "vkQueueSubmit failed with VK_ERROR_DEVICE_LOST",
    "ID3D12Device::CreateCommandQueue: DXGI_ERROR_DEVICE_REMOVED",
  ])("knows a lost device: %s", (reason) => {
    const error = runError(new Error(reason));
    expect(error.message).toMatch(/^runtime: expected the device to stay, got a lost one: /);
    expect(isDeviceLost(error)).toBe(true);
    expect(isDeviceLost(new AtelierError("runtime", "Saved.", { cause: error }))).toBe(true);
  });

  // As ONNX Runtime 1.30 puts them on a software device.
  it.each([
    [
      "WebGPU validation failed. Buffer size (2147483648) exceeds the max buffer size limit (1073741824).\n - While calling [Device].CreateBuffer([BufferDescriptor]).",
      /at most 1073741824 bytes, since the device has no larger buffers, got one of 2147483648/,
    ],
    [
      "WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While validating entries[1]",
      /^runtime: expected enough memory on the device, got: /,
    ],
    ["CUDA failure 2: out of memory ; GPU=0", /^runtime: expected enough memory on the device/],
    ["Non-zero status code. Lost precision.", /^runtime: the graph failed while running: Non-zero/],
  ])("says what to do: %s", (reason, expected) => {
    const error = runError(new Error(reason));
    expect(error.message).toMatch(expected);
    expect(isDeviceLost(error)).toBe(false);
  });
});
