/**
 * @file Entry point `@atelier/engine/training-environment`: how a process that trains keeps its memory. It imports
 * nothing, so that such a process is under way before whoever starts it has loaded the engine.
 */

/**
 * Values from this size on decide how a graph runs. The optimiser lays convolutions out anew, and keeps
 * the buffers of both layouts; an arena grows by powers of two and keeps what it has. Decoding a picture of
 * 1024×1024 took 11.8 GB with both and takes 4.1 without, in the same time.
 */
export const LARGE_VALUE_BYTES: number = 256 * 2 ** 20;

/**
 * Environment for a process that trains, on Linux with glibc: memory that is freed stays with the
 * process instead of going back page by page. ONNX Runtime then needs no arena of its own, which
 * takes a tenth more memory for the same speed. Large values do go back: those of an autoencoder would stay beside the
 * training, and small ones that are kept break up the places of those that were freed between them. With a bound of
 * 256 MiB instead of 4 a step of FLUX.1's size at 512×512 took 15.0 GB, of which 11.5 were planned, instead of 11.6.
 */
export const trainingEnvironment: Readonly<Record<string, string>> = {
  // What one run has freed another takes. With two arenas halves of a batch are 4 % faster, and encoding pictures
  // leaves 1.8 GB beside a training of SD 1.5's size.
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: String(2 ** 24),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 34),
  MALLOC_TOP_PAD_: String(2 ** 28),
};
