import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The notices that the build put beside each of its bundles: the content of every THIRD-PARTY-NOTICES.txt in dist/.
 *
 * @throws Error where nothing is built
 */
export function thirdPartyNotices(): readonly string[] {
  if (!existsSync('dist')) throw new Error('dist/ is missing; build it with: npm run build');
  return readdirSync('dist', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('THIRD-PARTY-NOTICES.txt'))
    .map((path) => readFileSync(join('dist', path), 'utf8'));
}
