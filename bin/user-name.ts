import { userInfo } from 'node:os';

/** The name of the user of this machine; systems without a user database have none. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
