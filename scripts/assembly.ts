// Compiles assembly/ to WebAssembly, and writes it where the reader of access logs imports it. Run: npm run assembly
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main as compile } from 'assemblyscript/asc';

const SOURCE = 'assembly/line-index.ts';
const MODULE = 'lambda/access-log/reading/line-index.wasm.ts';
const OPTIONS = [
  ...['--baseDir', fileURLToPath(new URL('..', import.meta.url))],
  // All that is allocated is a memory that the caller gives, and shares between threads.
  ...[
    '--runtime',
    'stub',
    '--importMemory',
    '--sharedMemory',
    '--initialMemory',
    '1',
    '--maximumMemory',
    '65536',
  ],
  ...['--enable', 'threads', '--enable', 'simd'],
  ...['-O3', '--noAssert'],
];

/**
 * What {@link MODULE} is to hold.
 *
 * @throws Error with what the compiler says is wrong
 */
export async function compiledModule(): Promise<string> {
  const written: (string | Uint8Array)[] = [];
  const { error, stderr } = await compile([SOURCE, '--outFile', 'line-index.wasm', ...OPTIONS], {
    writeFile: (_, contents) => {
      written.push(contents);
    },
  });
  const [binary] = written;
  if (error !== null || binary === undefined)
    throw new Error(`assembly/ does not compile:\n${stderr.toString()}`);
  const text = Buffer.from(binary).toString('base64');
  return `/** ${SOURCE}, compiled by scripts/assembly.ts, in base 64. */\nexport const LINE_INDEX =\n  '${text}';\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(MODULE, await compiledModule());
