/**
 * @file Stands where `onnxruntime-node` is imported in the fast tier: the native library is not loaded, and
 * who uses it all the same is told so.
 */

function refuse(): never {
  throw new Error(
    "fast tests: expected no session of ONNX Runtime, got one. Let test/fast-tier/select-fast-tests.ts see how this test reaches it.",
  );
}

export const InferenceSession = { create: refuse };

export const Tensor = refuse;
