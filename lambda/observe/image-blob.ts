import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** An image's configuration is some kilobytes; one with a long history some hundred. */
const MOST_BYTES = 1_000_000;
const MOST_MS = 5_000;

/** The address that ECR gives leads to S3; only an emulator on this machine has one without TLS. */
const isLoopback = (host: string): boolean => /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(host);

/**
 * Reads a blob of a registry from the address that was given for it. No redirect is followed.
 *
 * @throws Error where the address is none to read from, or the blob cannot be read whole in a few seconds
 */
export function readBlob(address: string): Promise<string> {
  const url = new URL(address);
  const isPlain = url.protocol === 'http:' && isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !isPlain) throw new Error('the address of the blob is not one of HTTPS');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const request = (isPlain ? requestHttp : requestHttps)(
      url,
      { signal: AbortSignal.timeout(MOST_MS) },
      (response) => {
        const { statusCode = 0 } = response;
        if (statusCode !== 200) {
          response.destroy();
          reject(new Error(`the blob was answered with status ${statusCode}`));
          return;
        }
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MOST_BYTES) response.destroy(new Error(`the blob is longer than ${MOST_BYTES} bytes`));
          else chunks.push(chunk);
        });
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end();
  });
}
