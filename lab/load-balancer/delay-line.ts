import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { WireHistory } from './wire-history.ts';

/**
 * Real milliseconds. Bytes and a reset that come together look to Node like bytes and a FIN; only the next write, of a
 * request that is still being sent, shows the reset.
 */
const RESET_WITHIN_MS = 20;

/**
 * A socket seen from a distance: what is written leaves after the delay, what arrives (bytes, FIN, RST) is seen
 * after the delay. The kernel at the other end acts at once, so a request and a FIN can cross on the way, as they
 * do on a network. Timers of one duration fire in the order they were set, which keeps the bytes in order.
 */
export class DelayLine extends Duplex {
  readonly #socket: Socket;
  readonly #oneWayMs: number;
  readonly #history: WireHistory;
  readonly #timers = new Set<NodeJS.Timeout>();

  /** Bytes came in this turn of the event loop. */
  #withBytes = false;
  #arrivedFrom: number | null = null;

  /**
   * @param oneWayMs - real milliseconds from here to the peer; 0 passes everything on at once
   * @param history - is told what the far end saw
   */
  constructor(socket: Socket, oneWayMs: number, history: WireHistory) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#oneWayMs = oneWayMs;
    this.#history = history;
    socket.on('data', (chunk: Buffer) => this.#passOn(chunk));
    socket.on('end', () => {
      if (this.#withBytes) setTimeout(() => this.#finished(), RESET_WITHIN_MS);
      else this.#finished();
    });
    socket.on('error', (error) => {
      history.note('rst', { where: 'target' });
      this.#later(() => this.destroy(error));
    });
    socket.on('close', () => this.#later(() => this.destroy()));
  }

  /** Lab time at which the bytes that arrived last had left the peer; null before any. */
  get arrivedFrom(): number | null {
    return this.#arrivedFrom;
  }

  #finished(): void {
    if (this.#socket.destroyed) return;
    this.#history.note('fin', { where: 'target' });
    this.#later(() => this.push(null));
  }

  #passOn(chunk: Buffer): void {
    this.#withBytes = true;
    setImmediate(() => {
      this.#withBytes = false;
    });
    const leftAt = this.#history.now();
    this.#history.noteHandshake('target');
    this.#later(() => {
      this.#history.noteHandshake('node');
      this.#arrivedFrom = leftAt;
      this.push(chunk);
    });
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
      if (!this.#socket.writable) return;
      this.#history.bytesDelivered();
      this.#socket.write(chunk);
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
