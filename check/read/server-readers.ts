import type { CheckedContainer, CheckedImage, CheckedServer, FileReader } from '../model.ts';

/** Readers of what sets up servers. */
export const SERVER_READERS: readonly FileReader[] = [];

/** The server that a container starts, by its command, variables and image; null where they name none. */
export const serverOfContainer = (
  _container: CheckedContainer,
  _image: CheckedImage | null,
): CheckedServer | null => null;
