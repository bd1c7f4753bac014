/** @file What `--dtype` calls the types that files store floats in. */

/** By the names that people type. */
export const storedTypes = { fp32: "F32", fp16: "F16", bf16: "BF16" } as const;
