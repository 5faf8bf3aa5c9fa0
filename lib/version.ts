import { readFileSync } from 'node:fs';

/** The version of this package; `unknown` where its package.json is not beside it. */
export function packageVersion(): string {
  // Compiled, this file is dist/lib/version.js; run from source it is lib/version.ts.
  for (const candidate of ['../package.json', '../../package.json']) {
    try {
      const content: unknown = JSON.parse(readFileSync(new URL(candidate, import.meta.url), 'utf8'));
      // No schema: its library takes as long to load as everything else here.
      if (typeof content === 'object' && content !== null && 'version' in content)
        return String(content.version);
    } catch {}
  }
  return 'unknown';
}
