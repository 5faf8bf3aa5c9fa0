/** The part of WebAssembly that is used here; the types of Node.js leave it to those of browsers. */
declare namespace WebAssembly {
  class Memory {
    /** @param descriptor - sizes in pages of 64 KiB */
    constructor(descriptor: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }
  class Module {
    /** @throws WebAssembly.CompileError where the bytes are no module */
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: Record<string, unknown>;
  }
}
