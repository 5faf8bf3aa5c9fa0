import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { consolePage, consoleScript, SCRIPT_PATH } from './console-page.ts';

/** A page on this machine that shows the widget. */
export interface WidgetPage {
  /** Takes `?theme=dark&width=700&start=MS&end=MS`; without theme and width it follows system and window. */
  readonly url: string;
  stop(): Promise<void>;
}

type LoadHtml = (event: unknown) => Promise<string>;

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'";
const MOST_BYTES = 100_000;
const RANGE_MS = 3 * 3_600_000;

/**
 * Serves the widget on the loopback address, in a page that treats its HTML as the CloudWatch console does.
 *
 * @param loadHtml - answers the events that the console would send the widget function
 * @param refreshSeconds - how often the page asks again by itself; null: never
 */
export async function serveWidgetPage(
  loadHtml: LoadHtml,
  refreshSeconds: number | null = null,
): Promise<WidgetPage> {
  const server = createServer((request, response) => {
    answer(request, response, { loadHtml, refreshSeconds }).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { loadHtml, refreshSeconds }: { readonly loadHtml: LoadHtml; readonly refreshSeconds: number | null },
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://page');
  const send = (type: string, body: string): void => {
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': POLICY });
    response.end(body);
  };
  if (request.method === 'POST') return send('text/html', await loadHtml(JSON.parse(await bodyOf(request))));
  if (url.pathname === SCRIPT_PATH) return send('text/javascript', consoleScript());
  if (url.pathname !== '/') {
    response.writeHead(404).end();
    return;
  }
  const number = (name: string, otherwise: number): number =>
    Number(url.searchParams.get(name) ?? otherwise) || otherwise;
  const end = number('end', Date.now());
  const asked = url.searchParams.get('theme');
  const theme = asked === 'dark' || asked === 'light' ? asked : null;
  send(
    'text/html',
    consolePage({
      theme,
      width: url.searchParams.has('width') ? number('width', 1180) : null,
      start: number('start', end - RANGE_MS),
      end,
      refreshSeconds,
    }),
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MOST_BYTES) throw new Error('the event is too long');
  }
  return text;
}
