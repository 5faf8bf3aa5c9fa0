import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Header } from '../../lambda/http1/header.ts';
import type { ResponseSink } from './exchange.ts';

/** Headers that are about one connection and are not passed on (RFC 9110, section 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export const isHopByHop = (name: string): boolean => HOP_BY_HOP.has(name.toLowerCase());

/** The client's side of a request: passes a response on, or answers for the load balancer itself. */
export class ClientResponse implements ResponseSink {
  readonly #response: ServerResponse;
  sentBytes = 0;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.sendDate = false;
  }

  head(status: number, reason: string, headers: readonly Header[]): void {
    const passed = headers.filter(([name]) => !isHopByHop(name));
    this.#response.writeHead(status, reason, passed.flat());
    const lines = passed.map(([name, value]) => `${name}: ${value}\r\n`);
    this.sentBytes += `HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n`.length;
  }

  body(chunk: Buffer): void {
    this.sentBytes += chunk.length;
    this.#response.write(chunk);
  }

  end(): void {
    this.#response.end();
  }

  /** The page of the load balancer itself, in its own words. */
  answer(status: number): void {
    if (this.#response.destroyed) return;
    const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
    const page = Buffer.from(
      `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
    );
    this.head(status, STATUS_CODES[status] ?? '', [
      ['Server', 'awselb/2.0'],
      ['Date', new Date().toUTCString()],
      ['Content-Type', 'text/html'],
      ['Content-Length', String(page.length)],
    ]);
    this.body(page);
    this.end();
  }

  /** Part of a response is out and the rest will not come: the client sees it cut off. */
  cut(): void {
    this.#response.destroy();
  }
}
