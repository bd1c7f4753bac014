/** @file How much memory WebAssembly holds: whoever makes one, makes it by this constructor. */

const memories = new Set<WeakRef<WebAssembly.Memory>>();

/** Counts all memories that are made from now on. */
export function watchMemory(): void {
  const Plain = WebAssembly.Memory;
  WebAssembly.Memory = class extends Plain {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.add(new WeakRef(this));
    }
  };
}

/** Bytes of those that are there. */
export function memoryTaken(): number {
  let bytes = 0;
  for (const reference of memories) {
    const memory = reference.deref();
    if (memory === undefined) memories.delete(reference);
    else bytes += memory.buffer.byteLength;
  }
  return bytes;
}
