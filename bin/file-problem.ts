import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../lambda/model/failure.ts';

type Access = 'read' | 'write' | 'make';
const VERBS = { read: 'read', write: 'written', make: 'made' } as const;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** What the system says of a file, in words; its own where there are none here. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EROFS: 'the file system is read-only',
  ELOOP: 'symbolic links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};

/** Which permission is missing on what. */
function denied(path: string, access: Access): string {
  if (access === 'read') return `you lack read permission on it${modeOf(path)}`;
  const folder = dirname(path);
  return modeOf(path) === ''
    ? `you lack write permission on the folder ${folder}${modeOf(folder)}`
    : `you lack write permission on it${modeOf(path)}`;
}

/** ` (mode 0600)`; empty where even that is not shown, or nothing is there. */
function modeOf(path: string): string {
  const about = statSync(path, { throwIfNoEntry: false });
  return about === undefined ? '' : ` (mode ${(about.mode & 0o7777).toString(8).padStart(4, '0')})`;
}

function reasonOf(path: string, error: unknown, access: Access): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') {
    try {
      return denied(path, access);
    } catch {
      return `you lack ${access === 'read' ? 'read' : 'write'} permission on it, or on a folder above it`;
    }
  }
  if (code === 'ENOENT' && access === 'make') return 'nothing can be made there';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

/**
 * One sentence for a file that could not be read or written: the file, why, and what to do.
 *
 * @param todo - `give --save another folder`; left out where the reason says it
 */
export function fileProblem(path: string, error: unknown, access: Access, todo?: string): InputError {
  const advice =
    todo === undefined ? '' : `; ${codeOf(error) === 'ENOSPC' ? 'free some space, or ' : ''}${todo}`;
  return new InputError(`${path} cannot be ${VERBS[access]}: ${reasonOf(path, error, access)}${advice}`, {
    cause: error,
  });
}

/** Why a write to standard output or standard error failed, in words. */
export const streamProblem = (error: Error): string => REASONS[codeOf(error)] ?? error.message;
