import type { SyntaxNode } from '@lezer/common';
import { type CheckedServer, type FileReader, type FilesBeside, NO_FACTS, type Place } from '../../model.ts';
import {
  asWritten,
  checkedServer,
  type FoundServer,
  type KeepAlive,
  rowOf,
  set,
  unknown,
  withUniqueIds,
} from './checked-server.ts';
import { packagedVersionOf } from './package-version.ts';
import { folderOf, nameOf, programFolder } from './program-folder.ts';
import { LONGEST_PYTHON, type PythonCall, PythonFile } from './python-syntax.ts';

/** A function that starts a server, and the keyword that sets its keep-alive. */
interface Starter {
  readonly server: string;
  readonly keyword: string;
}

const STARTERS: Readonly<Record<string, Starter>> = {
  'uvicorn.run': { server: 'uvicorn', keyword: 'timeout_keep_alive' },
  'uvicorn.Config': { server: 'uvicorn', keyword: 'timeout_keep_alive' },
  'uvicorn.config.Config': { server: 'uvicorn', keyword: 'timeout_keep_alive' },
  'aiohttp.web.run_app': { server: 'aiohttp', keyword: 'keepalive_timeout' },
  'waitress.serve': { server: 'waitress', keyword: 'channel_timeout' },
};

/** Attributes that set it, with the package that the file imports then. */
const ATTRIBUTES: readonly { readonly end: string; readonly server: string; readonly from: string }[] = [
  { end: '.keep_alive_timeout', server: 'hypercorn', from: 'hypercorn' },
  { end: '.config.KEEP_ALIVE_TIMEOUT', server: 'sanic', from: 'sanic' },
];

/** One source file. */
class SourceReader {
  private readonly path: string;
  private readonly python: PythonFile;
  private readonly beside: FilesBeside;

  constructor(path: string, text: string, beside: FilesBeside) {
    this.path = path;
    this.python = new PythonFile(text);
    this.beside = beside;
  }

  servers(): readonly CheckedServer[] {
    return withUniqueIds([
      ...this.python.calls.flatMap((call) => {
        const starter = Object.hasOwn(STARTERS, call.name) ? STARTERS[call.name] : undefined;
        return starter ? [this.started(call, starter)] : [];
      }),
      ...this.byAttributes(),
    ]);
  }

  private place(node: SyntaxNode): Place {
    return { file: this.path, line: this.python.lineOf(node) };
  }

  private setting(value: SyntaxNode, written: string): KeepAlive {
    const place = this.place(value);
    const number = this.python.number(value);
    return {
      keepAliveSeconds:
        number === null || number.value < 0
          ? unknown(place, `${asWritten(written)}: its value cannot be read offline`)
          : set(number.value, place, written, number.variable ?? undefined),
    };
  }

  private found(server: string, place: Place): Pick<FoundServer, 'row' | 'version' | 'place' | 'folder'> {
    return {
      row: rowOf(server),
      version: packagedVersionOf(server, folderOf(this.path), this.beside),
      place,
      folder: programFolder(this.path, this.beside),
    };
  }

  private started(call: PythonCall, { server, keyword }: Starter): CheckedServer {
    const value = call.keywords.get(keyword);
    const place = this.place(value ?? call.at);
    const port = call.keywords.get('port');
    const number = port ? this.python.number(port)?.value : undefined;
    const keepAlive: KeepAlive | undefined = value
      ? this.setting(value, `${keyword}=${this.python.written(value)}`)
      : call.isOpen
        ? {
            keepAliveSeconds: unknown(
              place,
              'its options come from elsewhere in the code, which was not followed',
            ),
          }
        : undefined;
    return {
      ...checkedServer({
        ...this.found(server, place),
        keepAlive,
        keepAliveAs: { template: `${keyword}=%s`, unit: 'seconds' },
        ports: number !== undefined && Number.isInteger(number) && number > 0 ? [number] : [],
      }),
      // Files are often run by themselves on a developer's machine only.
      ...(call.isMain ? { unless: 'another command starts the program' } : {}),
    };
  }

  private byAttributes(): readonly CheckedServer[] {
    return ATTRIBUTES.flatMap(({ end, server, from }) => {
      const found = this.python.assignments.findLast(({ name }) => name.endsWith(end));
      if (!found || !this.python.hasImported(from)) return [];
      return [
        checkedServer({
          ...this.found(server, this.place(found.at)),
          keepAlive: found.isConditional
            ? { keepAliveSeconds: unknown(this.place(found.at), `${found.name} is set under a condition`) }
            : this.setting(found.value, this.python.written(found.at)),
          keepAliveAs: { template: `${found.name} = %s`, unit: 'seconds' },
        }),
      ];
    });
  }
}

const NOT_DEPLOYED =
  /(?:^|\/)(?:node_modules|site-packages|\.[^/]+|venv|env|dist|build|vendor|tests?|fixtures|migrations)\/|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|setup)\.py$/;
const WORTH_PARSING = /uvicorn|hypercorn|run_app|waitress|KEEP_ALIVE_TIMEOUT/;

/** Python files that start a server themselves. */
export const PYTHON_SOURCES: FileReader = {
  reads: 'Python source',
  takes: (path) => path.endsWith('.py') && !NOT_DEPLOYED.test(path) && !nameOf(path).startsWith('gunicorn'),
  read: (file, beside) => {
    if (!WORTH_PARSING.test(file.text) || file.text.length > LONGEST_PYTHON) return null;
    const servers = new SourceReader(file.path, file.text, beside).servers();
    return servers.length === 0 ? null : { ...NO_FACTS, servers };
  },
};
