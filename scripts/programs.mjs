// Makes few files of the programs that are started from dist/ and their libraries: the command line, its thread and the
// lab's servers. As they are, a thousand small files of the AWS SDK are most of the time that a command takes.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { MODULES_FOR_NODE, shakableSchemas } from './bundle.mjs';
import { noticeOf, noticesOf } from './notices.mjs';

/** What is loaded as modules, by whoever has the CDK: `import 'alb502'` and the CDK app. */
const MODULES = ['lib/index', 'bin/app'];
/** The parser of Terraform's language and its grammar, without the rest of their packages. */
const WASM = [
  ['node_modules/web-tree-sitter', 'web-tree-sitter.wasm'],
  ['node_modules/@tree-sitter-grammars/tree-sitter-hcl', 'tree-sitter-terraform.wasm'],
];
/** Where they go, below dist/. */
const TERRAFORM = 'check/read/terraform';

/** Where the files go that several programs share, below dist/. */
const CHUNKS = 'bin';

/**
 * A compiled file that asks where it is finds what lay beside it, from the folder that the bundle puts it in.
 *
 * @param {Set<string>} asking - gets the files that ask, as `metafile` names them
 */
const whereItWas = (dist, asking) => ({
  name: 'where-it-was',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const place = relative(dist, path);
      const text = await readFile(path, 'utf8');
      if (place.startsWith('..') || !text.includes('import.meta')) return null;
      asking.add(place);
      const url = `new URL(${JSON.stringify(relative(CHUNKS, place))}, import.meta.url)`;
      const was = {
        url: `${url}.href`,
        filename: `pathOfUrl(${url})`,
        dirname: `pathOfUrl(new URL('.', ${url}))`,
      };
      const moved = text.replace(/\bimport\.meta\.(url|filename|dirname)\b/g, (_, name) => was[name]);
      return { contents: `import { fileURLToPath as pathOfUrl } from 'node:url';\n${moved}` };
    });
  },
});

/** @throws Error where a file that asks for its place is not where it was told that it would be */
function assertPlaces(asking, outputs) {
  for (const [path, { inputs }] of Object.entries(outputs))
    for (const file of asking)
      if (file in inputs && dirname(path) !== CHUNKS)
        throw new Error(`${file} asks for its place, and is bundled into ${path}, not into ${CHUNKS}/`);
}

function writeOut(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/** Takes away the folders that have nothing in them any more. */
function prune(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) prune(join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** Messages in 50 languages that a library's use of the whole of zod brings along; it speaks English here. */
const englishOnly = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

/** Files without their ending that are imported, by statement or as types, from these on; these among them. */
function importedFrom(files) {
  const found = new Set(files);
  for (const file of found)
    for (const ending of ['.js', '.d.ts'])
      if (existsSync(file + ending))
        for (const [, path] of readFileSync(file + ending, 'utf8').matchAll(/['"](\.[^'"]+)\.[jt]s['"]/g))
          found.add(join(dirname(file), path));
  return found;
}

/**
 * Bundles the programs in `dist`, and takes away the modules that are only in the bundles from then on.
 *
 * @param {string} folder - what the compiler made, with its layout
 */
export async function bundlePrograms(folder) {
  const dist = resolve(folder);
  const programs = filesIn(dist).filter((path) => /bin\/alb502\.js$|-worker\.js$|\.server\.js$/.test(path));
  const asking = new Set();
  const { metafile, outputFiles } = await build({
    ...MODULES_FOR_NODE,
    // Names of files depend on paths from here, and not on what the folder is called meanwhile.
    absWorkingDir: dist,
    entryPoints: programs,
    outbase: dist,
    outdir: dist,
    chunkNames: `${CHUNKS}/[name]-[hash]`,
    target: 'node20.12',
    // Names of functions stay, for the stack of a defect.
    minifyWhitespace: true,
    minifySyntax: true,
    // By a name of its own: a file of the bundle may import `createRequire` as well.
    banner: {
      js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
    },
    write: false,
    plugins: [whereItWas(dist, asking), shakableSchemas(), englishOnly],
  });
  assertPlaces(asking, metafile.outputs);
  const inputs = Object.fromEntries(Object.keys(metafile.inputs).map((path) => [join(folder, path), true]));
  const modules = importedFrom(MODULES.map((name) => join(dist, name)));
  for (const file of filesIn(dist))
    if (/\.(?:js|d\.ts)$/.test(file) && !modules.has(file.replace(/\.(?:js|d\.ts)$/, ''))) rmSync(file);
  prune(dist);
  for (const { path, contents } of outputFiles) writeOut(path, contents);
  writeFileSync(join(dist, CHUNKS, 'THIRD-PARTY-NOTICES.txt'), noticesOf({ inputs }));
  chmodSync(join(dist, 'bin/alb502.js'), 0o755);
  mkdirSync(join(dist, TERRAFORM), { recursive: true });
  for (const [from, name] of WASM) copyFileSync(join(from, name), join(dist, TERRAFORM, name));
  writeFileSync(
    join(dist, TERRAFORM, 'THIRD-PARTY-NOTICES.txt'),
    WASM.map(([from]) => noticeOf(from)).join('\n'),
  );
}
