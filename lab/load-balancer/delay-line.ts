import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * A socket seen from a distance: what is written leaves after the delay, what arrives (bytes, FIN, RST) is seen
 * after the delay. The kernel at the other end acts at once, so a request and a FIN can cross on the way, as they
 * do on a network. Timers of one duration fire in the order they were set, which keeps the bytes in order.
 */
export class DelayLine extends Duplex {
  readonly #socket: Socket;
  readonly #oneWayMs: number;
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param oneWayMs - real milliseconds from here to the peer; 0 passes everything on at once */
  constructor(socket: Socket, oneWayMs: number) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#oneWayMs = oneWayMs;
    socket.on('data', (chunk: Buffer) => this.#later(() => this.push(chunk)));
    socket.on('end', () => this.#later(() => this.push(null)));
    socket.on('error', (error) => this.#later(() => this.destroy(error)));
    socket.on('close', () => this.#later(() => this.destroy()));
  }

  #later(action: () => void): void {
    if (this.destroyed) return;
    if (this.#oneWayMs === 0) {
      action();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, this.#oneWayMs);
    this.#timers.add(timer);
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#later(() => {
      if (this.#socket.writable) this.#socket.write(chunk);
    });
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#later(() => this.#socket.end());
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#socket.destroy();
    done(error);
  }
}
