import { recognizeServer } from './recognize.ts';
import type { ServerRow } from './server.ts';

export { defaultKeepAliveSeconds, type ServerDefault } from './default-keep-alive.ts';
export { recognizeServer } from './recognize.ts';
export { serverAdvice } from './server-advice.ts';
export { SERVERS } from './table.ts';

/** The row of the server that a `Server:` header or the tag `alb502:server` names; null where the table has none. */
export function lookUpServer(text: string): ServerRow | null {
  return recognizeServer(text)?.row ?? null;
}
