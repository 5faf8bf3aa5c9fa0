import type { FilesBeside } from '../../model.ts';
import { packageJson } from './package-version.ts';
import { folderOf, nameOf, upwards, within } from './program-folder.ts';

/** What listens, in JavaScript and TypeScript; too much is taken for it rather than too little. */
const LISTENS =
  /\blisten\w*\s*\(|createServer|createSecureServer|https?\.Server\b|NestFactory|\bserve\s*\(|Bun\.serve|Deno\.serve|\bfetch\s*[:(]|\.lift\s*\(|startStandaloneServer|child_process|\bcluster\b|worker_threads|\beval\b|require\s*\(\s*[^'"`\s)]|import\s*\(\s*[^'"`\s)]/;

/** Packages that listen by themselves. */
const LISTENING_PACKAGES =
  /^(?:next|nuxt\w*|nitro\w*|moleculer[\w-]*|sails|@strapi\/.*|strapi|keystone|@keystone-6\/.*|directus|parse-server|apollo-server|graphql-yoga|@apollo\/server|@adonisjs\/.*|@loopback\/.*|@feathersjs\/.*|total\.js|actionhero|fastify[\w-]*|@fastify\/.*|@?hapi(?:\/.*)?|@hapi\/.*|glue|restify|meteor[\w-]*|@remix-run\/.*|@react-router\/.*|@sveltejs\/.*|vite|astro|@astrojs\/.*|gatsby|serve|http-server|json-server|pm2|forever|prom-client|express|koa|@nestjs\/.*|hono|@hono\/.*|elysia|polka|connect|micro|ws|socket\.io|uWebSockets\.js)$/;

/** What a source imports or requires, as it is written. */
export const IMPORTED = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["'`]([^"'`\n]+)["'`]/g;
const ENDINGS = [
  '',
  '.js',
  '.ts',
  '.mjs',
  '.cjs',
  '.mts',
  '.cts',
  '.tsx',
  '.jsx',
  '/index.js',
  '/index.ts',
  '/index.mjs',
];
/** A program of more files than this is not a small worker. */
const MOST_FILES = 300;

/** The file that an import means: `./queue`, `./queue.js` of TypeScript; null where there is none. */
export function importedFile(from: string, folder: string, beside: FilesBeside): string | null {
  const path = within(folder, from);
  if (path === null) return null;
  const without = path.replace(/\.([cm]?)jsx?$/, '');
  return (
    [...ENDINGS.map((ending) => `${path}${ending}`), ...ENDINGS.map((ending) => `${without}${ending}`)].find(
      (one) => one !== folder && beside.text(one) !== null && !one.endsWith('.json'),
    ) ?? null
  );
}

/** The source of what a command starts: `dist/worker.js` is built from `src/worker.ts`. */
function sourceOf(word: string, folder: string, beside: FilesBeside): string | null {
  const inside = word.replace(
    /^(?:\.\/|\/(?:usr\/src\/)?(?:app|src|code|srv|opt|home\/node)(?:\/app)?\/)+/,
    '',
  );
  const parts = inside.split('/');
  const built = /^(?:dist|build|lib|out)$/.test(parts[0] ?? '') ? parts.slice(1).join('/') : null;
  const wanted = built === null ? [inside] : [`src/${built}`, built, inside];
  return wanted.map((one) => importedFile(one, folder, beside)).find((one) => one !== null) ?? null;
}

function isQuiet(file: string, beside: FilesBeside): boolean {
  const open = [file];
  const seen = new Set(open);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const text = beside.text(path) ?? '';
    if (LISTENS.test(text)) return false;
    for (const [, name = ''] of text.matchAll(IMPORTED)) {
      if (!name.startsWith('.')) {
        // An alias of the repository's own, or a package that listens.
        if (
          /^[~#]|^@\//.test(name) ||
          LISTENING_PACKAGES.test(packageOf(name)) ||
          isOwnPackage(name, path, beside)
        )
          return false;
        continue;
      }
      const next = importedFile(name, folderOf(path), beside);
      if (next === null) {
        if (!/\.(?:json|css|svg|graphql|sql|txt)$/.test(name)) return false;
      } else if (!seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
    }
    if (seen.size > MOST_FILES) return false;
  }
  return true;
}

const packageOf = (name: string): string => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

/** Whether an import is of another package of the repository, or a path from a base folder. */
function isOwnPackage(name: string, path: string, beside: FilesBeside): boolean {
  const first = packageOf(name);
  for (const above of upwards(folderOf(path))) {
    const text = beside.text(above === '.' ? 'package.json' : `${above}/package.json`);
    if (text === null) continue;
    const version = new RegExp(`"${first.replaceAll(/[^\w@/-]/g, '.')}"\\s*:\\s*"([^"]*)"`).exec(text)?.[1];
    if (version !== undefined) return /^(?:workspace|file|link|portal):|^\*$/.test(version);
  }
  // Node's own modules have no entry; anything else may be of the repository.
  return !/^(?:node:)?(?:assert|async_hooks|buffer|console|constants|crypto|diagnostics_channel|dns|events|fs|inspector|module|os|path|perf_hooks|process|punycode|querystring|readline|stream|string_decoder|timers|tls|tty|url|util|v8|vm|zlib)(?:\/\w+)?$/.test(
    name,
  );
}

const isSource = (word: string): boolean => /^[\w./@+-]+$/.test(word) && !word.startsWith('-');

/** Servers for those who write the program: they build it anew with each change. */
const FOR_DEVELOPERS =
  /\b(?:react-scripts|craco|react-app-rewired)\s+start\b|\bvite(?:\s+(?:dev|serve)\b|\s+-|\s*$)|\bwebpack-dev-server\b|\bwebpack(?:-cli)?\s+serve\b|\bvue-cli-service\s+serve\b|\bng\s+serve\b|\bnodemon\b|\bts-node-dev\b|\b(?:next|nuxt|nuxi|astro|remix|gatsby)\s+dev(?:elop)?\b|\bstart-storybook\b|\bstorybook\s+dev\b/;

/** The script of package.json that a command runs: `npm start`, `yarn run serve`. The words themselves where it is none. */
function startedWords(
  words: readonly string[],
  folder: string,
  beside: FilesBeside,
  depth = 0,
): readonly string[] {
  const all = words.flatMap((word) => word.split(/\s+/)).filter(Boolean);
  const manager = all.findLastIndex((word) => /^(?:npm|yarn|pnpm)$/.test(nameOf(word)));
  if (manager < 0 || depth > 3) return all;
  const name = all
    .slice(manager + 1)
    .find((word) => !word.startsWith('-') && word !== 'run' && word !== 'run-script');
  const path = folder === '.' ? 'package.json' : `${folder}/package.json`;
  const script = packageJson(path, beside.text(path) ?? '')?.scripts[name ?? ''];
  return script === undefined ? all : startedWords([script], folder, beside, depth + 1);
}

/**
 * Whether a command starts nothing that a load balancer could stand before: a program of Node.js whose sources listen
 * nowhere (a worker, a job), or a server for development.
 *
 * @returns false as well where the sources cannot be followed to their end
 */
export function servesNobody(words: readonly string[], folder: string, beside: FilesBeside): boolean {
  const all = startedWords(words, folder, beside);
  if (FOR_DEVELOPERS.test(all.join(' '))) return true;
  const node = all.findLastIndex((word) => /^(?:node|nodejs|ts-node|tsx|bun)$/.test(nameOf(word)));
  const script = node < 0 ? undefined : all.slice(node + 1).find((word) => isSource(word) && /\w/.test(word));
  const file = script === undefined ? null : sourceOf(script, folder, beside);
  return file !== null && isQuiet(file, beside);
}
