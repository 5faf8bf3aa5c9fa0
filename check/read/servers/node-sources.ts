import { type FileReader, NO_FACTS } from '../../model.ts';
import { NodeSource } from './node-source.ts';
import { LONGEST_SOURCE, SourceSyntaxError } from './node-syntax.ts';

/** Names of folders and files that hold no program of the repository's own, or one that only tests run. */
const NOT_DEPLOYED =
  /(?:^|\/)(?:node_modules|bower_components|dist|build|out|coverage|vendor|cdk\.out|\.[^/]+|tests?|__tests__|specs?|e2e|fixtures|__fixtures__|mocks|__mocks__|cypress|playwright)\/|\.(?:test|tests|spec|e2e|min|stories|d)\.[cm]?[jt]sx?$|(?:^|\/)(?:vite|vitest|jest|webpack|rollup|karma|playwright)\.config\.[cm]?[jt]s$/;

/** What a file must have of before it is worth a parser. */
const WORTH_PARSING =
  /keepAliveTimeout|maxRequestsPerSocket|headersTimeout|createServer|\.listen\s*\(|NestFactory|\bfastify\b|Bun\.serve|Deno\.serve|idleTimeout|@hono\/node-server|hapi|\bElysia\b|https?\.Server\b|\bfetch:/;

/** Sources of Node.js, Bun and Deno: the servers that they make, and what they set on them. */
export const NODE_SOURCES: FileReader = {
  reads: 'JavaScript and TypeScript source',
  takes: (path) =>
    (/\.[cm]?[jt]sx?$/.test(path) || /(?:^|\/)bin\/www$/.test(path)) && !NOT_DEPLOYED.test(path),
  read: (file, beside) => {
    if (!WORTH_PARSING.test(file.text)) return null;
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
