import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { SERVERS, serverAdvice } from '../../lambda/advice/servers.ts';
import { findProgram } from './process.ts';

/** How a server itself checks a configuration that holds lines of advice. */
interface Checker {
  readonly id: string;
  readonly program: readonly [name: string, debianPackage: string];
  readonly args: (folder: string) => readonly string[];
  readonly file: string;
  readonly content: (lines: string, folder: string) => string;
}

const MODULES = '/usr/lib/apache2/modules';

const CHECKERS: readonly Checker[] = [
  {
    id: 'nginx',
    program: ['nginx', 'nginx-light'],
    args: (folder) => ['-t', '-p', folder, '-c', 'nginx.conf', '-e', 'stderr'],
    file: 'nginx.conf',
    content: (lines) => `pid nginx.pid; events {}\nhttp {\naccess_log off;\n${lines}\n}\n`,
  },
  {
    id: 'apache',
    program: ['apache2', 'apache2-bin'],
    args: (folder) => ['-t', '-d', folder, '-f', join(folder, 'apache.conf')],
    file: 'apache.conf',
    content: (lines, folder) =>
      `ServerName localhost\nDefaultRuntimeDir ${folder}\nErrorLog error.log\nLoadModule mpm_prefork_module ${MODULES}/mod_mpm_prefork.so\n${lines}\n`,
  },
  {
    id: 'haproxy',
    program: ['haproxy', 'haproxy'],
    args: (folder) => ['-c', '-f', join(folder, 'haproxy.cfg')],
    file: 'haproxy.cfg',
    content: (lines) =>
      `defaults\nmode http\ntimeout connect 5s\ntimeout server 60s\n${lines}\nfrontend f\nbind 127.0.0.1:8080\nhttp-request return status 200\n`,
  },
  {
    id: 'lighttpd',
    program: ['lighttpd', 'lighttpd'],
    args: (folder) => ['-tt', '-f', join(folder, 'lighttpd.conf')],
    file: 'lighttpd.conf',
    content: (lines, folder) => `server.document-root = "${folder}"\n${lines}\n`,
  },
  {
    id: 'caddy',
    program: ['caddy', 'caddy'],
    args: (folder) => ['validate', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'],
    file: 'Caddyfile',
    content: (lines) => `${lines}\nhttp://127.0.0.1:8080 {\nrespond ok\n}\n`,
  },
  {
    id: 'gunicorn',
    program: ['gunicorn', 'gunicorn'],
    args: (folder) => [
      '--check-config',
      '-c',
      join(folder, 'gunicorn.conf.py'),
      '--chdir',
      folder,
      'wsgiref.simple_server:demo_app',
    ],
    file: 'gunicorn.conf.py',
    content: (lines) => `${lines}\n`,
  },
  {
    id: 'puma',
    program: ['ruby', 'ruby'],
    args: (folder) => ['-c', join(folder, 'puma.rb')],
    file: 'puma.rb',
    content: (lines) => `${lines}\n`,
  },
  ...['node', 'express', 'koa', 'nestjs', 'hapi', 'fastify', 'hono', 'bun', 'elysia'].map(
    (id): Checker => ({
      id,
      program: [process.execPath, 'nodejs'],
      args: (folder) => ['--check', join(folder, 'server.mjs')],
      file: 'server.mjs',
      content: (lines) => `${lines}\n`,
    }),
  ),
  ...['aiohttp', 'tornado', 'sanic', 'cheroot'].map(
    (id): Checker => ({
      id,
      program: ['/usr/bin/python3', 'python3'],
      args: (folder) => ['-m', 'py_compile', join(folder, 'server.py')],
      file: 'server.py',
      content: (lines) => `${lines}\n`,
    }),
  ),
];

const run = promisify(execFile);

async function check({ program, args, file, content }: Checker, lines: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'alb502-check-'));
  try {
    await writeFile(join(folder, file), content(lines.join('\n'), folder));
    await run(await findProgram(...program), [...args(folder)], { cwd: folder });
  } catch (error) {
    throw new Error(`refused:\n${await readFile(join(folder, file), 'utf8')}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The lines for the file: all but the command that makes them take effect. */
function forFile(id: string, lines: readonly string[]): readonly string[] {
  const reload = SERVERS.find((row) => row.id === id)?.reload ?? null;
  return lines.filter((line) => line !== reload);
}

describe('what is advised is accepted by the server itself', () => {
  test.each(CHECKERS.map((checker) => [checker.id, checker] as const))(
    '%s: lines and rollback',
    async (id, checker) => {
      for (const [seconds, before] of [
        [66, null],
        [66, 5.003],
        [130, 15],
        [1980, null],
      ] as const) {
        const advice = serverAdvice(id, seconds, before);
        if (advice.title.includes('cannot keep')) continue;
        await check(checker, forFile(id, advice.lines));
        await check(checker, forFile(id, advice.rollback));
      }
      await expect(check(checker, ['keepalive_timeout = = {'])).rejects.toThrow('refused');
    },
  );
});
