import { flagsOf, programVersion, server, type TableServer } from './table-server.ts';

const RACK = `run ->(env) { [200, { "content-length" => "2" }, ["ok"]] }\n`;

/** Servers of the Ruby world, as Debian packages them. */
export const RUBY_TABLE: readonly TableServer[] = [
  server('puma', ['puma', 'puma'], programVersion('puma', 'puma', '--version'), (port, lines) => ({
    args: ['-C', 'puma.rb', '-b', `tcp://127.0.0.1:${port}`, 'config.ru'],
    files: { 'config.ru': RACK, 'puma.rb': `${lines.join('\n')}\n` },
  })),
  server('unicorn', ['unicorn', 'unicorn'], programVersion('unicorn', 'unicorn', '--version'), (port) => ({
    args: ['-l', `127.0.0.1:${port}`, 'config.ru'],
    files: { 'config.ru': RACK },
  })),
  server('thin', ['thin', 'thin'], programVersion('thin', 'thin', '--version'), (port, lines) => ({
    args: [
      ...flagsOf(lines.length > 0 ? lines : ['thin start']),
      '-a',
      '127.0.0.1',
      '-p',
      `${port}`,
      '-R',
      'config.ru',
    ],
    files: { 'config.ru': RACK },
  })),
];
