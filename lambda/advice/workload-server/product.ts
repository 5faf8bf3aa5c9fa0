import { readCommand } from './command.ts';
import type { StartingWords } from './container.ts';
import { productOf } from './image.ts';
import type { KeepAliveReading } from './reading.ts';

/** An image that is a product, started as it starts by itself. */
export interface ProductReading {
  /** As the table of servers names it. */
  readonly product: string;
  readonly keepAlive: KeepAliveReading;
  /** The arguments that the container gives it, as far as they were read; null where it gives none. */
  readonly quoted: string | null;
}

/** Programs of images whose arguments a task definition gives without the program: `traefik`. */
const PROGRAM_OF: Readonly<Record<string, string>> = {
  apache: 'httpd',
  varnish: 'varnishd',
  'mod-php': 'httpd',
};

/**
 * What an image is that starts by itself, perhaps with arguments; null where it is no known product or is started with a
 * command of somebody's own.
 *
 * @param image - as a task definition or a Dockerfile writes it: `nginx:1.27`
 */
export function readProduct(image: string, starting: StartingWords): ProductReading | null {
  const product = productOf(image);
  const written = starting.of === 'image' ? null : starting.words;
  if (product === null || (written !== null && !written[0]?.startsWith('-'))) return null;
  const program = PROGRAM_OF[product] ?? product;
  const found = readCommand(
    [program, ...(program === 'kong' ? ['start'] : []), ...(written ?? [])],
    starting.environment,
  );
  if (found.state === 'unknown')
    return { product, keepAlive: { state: 'default', unless: 'its configuration files' }, quoted: null };
  const { keepAlive, quoted } = found.reading;
  return { product, keepAlive, quoted: written === null ? null : quoted };
}
