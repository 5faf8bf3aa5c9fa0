import { type FileReader, type FilesBeside, NO_FACTS } from '../../model.ts';
import { NodeSource } from './node-source.ts';
import { LONGEST_SOURCE, SourceSyntaxError } from './node-syntax.ts';

/** Names of folders and files that hold no program of the repository's own, or nothing but a test. */
const NOT_DEPLOYED =
  /(?:^|\/)(?:node_modules|bower_components|dist|build|out|coverage|vendor|cdk\.out|\.[^/]+|cypress|playwright)\/|\.(?:test|tests|spec|e2e|min|stories|d)\.[cm]?[jt]sx?$|(?:^|\/)(?:vite|vitest|jest|webpack|rollup|karma|playwright)\.config\.[cm]?[jt]s$/;

/** Folders for tests, whose servers nobody deploys unless a command names them. */
const FOR_TESTS = /(?:^|\/)(?:tests?|specs?|e2e|fixtures|mocks|__\w+__)\//;

const COMMANDS = /(?:^|\/)(?:[\w.-]*(?:Dockerfile|Containerfile|compose)[\w.-]*|Procfile|package\.json)$/i;
const commands = new WeakMap<FilesBeside, string>();

/** Whether a file that holds commands names a source: `node test/server.js`. */
function isNamed(path: string, beside: FilesBeside): boolean {
  const known =
    commands.get(beside) ??
    beside.paths
      .filter((one) => COMMANDS.test(one) && !FOR_TESTS.test(one))
      .map((one) => beside.text(one) ?? '')
      .join('\n');
  commands.set(beside, known);
  const end = path.split('/').slice(-2).join('/');
  return known.includes(end.replace(/\.[cm]?[jt]sx?$/, ''));
}

/** What a file must have of before it is worth a parser. */
const WORTH_PARSING =
  /keepAliveTimeout|maxRequestsPerSocket|headersTimeout|createServer|\.listen\s*\(|NestFactory|\bfastify\b|Bun\.serve|Deno\.serve|idleTimeout|@hono\/node-server|hapi|[Gg]lue\b|\bElysia\b|https?\.Server\b|\bfetch:/;

/** Sources of Node.js, Bun and Deno: the servers that they make, and what they set on them. */
export const NODE_SOURCES: FileReader = {
  reads: 'JavaScript and TypeScript source',
  takes: (path) =>
    (/\.[cm]?[jt]sx?$/.test(path) || /(?:^|\/)bin\/www$/.test(path)) && !NOT_DEPLOYED.test(path),
  read: (file, beside) => {
    if (!WORTH_PARSING.test(file.text)) return null;
    if (FOR_TESTS.test(file.path) && !isNamed(file.path, beside)) return null;
    const unread = (line: number, why: string) =>
      /keepAliveTimeout|createServer/.test(file.text)
        ? {
            ...NO_FACTS,
            unread: [{ place: { file: file.path, line }, what: 'JavaScript or TypeScript source', why }],
          }
        : null;
    if (file.text.length > LONGEST_SOURCE) return unread(1, `it is longer than ${LONGEST_SOURCE} characters`);
    try {
      const servers = new NodeSource(file, beside).servers();
      return servers.length === 0 ? null : { ...NO_FACTS, servers };
    } catch (error) {
      if (error instanceof SourceSyntaxError) return unread(error.line, error.message);
      // Names and members within one another that go deeper than the stack.
      if (error instanceof RangeError) return unread(1, 'it is nested too deeply');
      throw error;
    }
  },
};
