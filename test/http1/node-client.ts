import { request } from 'node:http';
import { Duplex } from 'node:stream';

/** What Node's own client, whose parser is llhttp, makes of a response. */
export type Parsed =
  | { readonly kind: 'response'; readonly statusCode: number; readonly body: string }
  /** It refuses the bytes, with the parser's code. */
  | { readonly kind: 'refused'; readonly code: string }
  /** The connection ended before the response did. */
  | { readonly kind: 'cut' };

/** A connection whose other side says these bytes and ends it. */
function saying(bytes: Buffer): Duplex {
  let said = false;
  return new Duplex({
    read() {
      if (said) return;
      said = true;
      // After the request was written: what comes before it is no answer.
      setImmediate(() => {
        this.push(bytes);
        this.push(null);
      });
    },
    write: (_chunk, _encoding, done) => done(),
  });
}

export function parsedByNode(bytes: Buffer, method: string): Promise<Parsed> {
  return new Promise((resolve) => {
    const outgoing = request({
      method,
      host: 'x',
      headers: { Connection: 'keep-alive' },
      createConnection: () => saying(bytes),
      maxHeaderSize: 1 << 20,
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code?.startsWith('HPE_') ? { kind: 'refused', code: error.code } : { kind: 'cut' }),
    );
    outgoing.on('upgrade', () => resolve({ kind: 'refused', code: 'upgrade' }));
    outgoing.on('response', (response) => {
      let body = '';
      response.setEncoding('latin1');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code?.startsWith('HPE_') ? { kind: 'refused', code: error.code } : { kind: 'cut' }),
      );
      response.on('end', () => resolve({ kind: 'response', statusCode: response.statusCode ?? 0, body }));
    });
    outgoing.end();
  });
}
