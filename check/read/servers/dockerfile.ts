import {
  type CheckedContainer,
  type CheckedImage,
  type CheckedServer,
  type FileReader,
  type FilesBeside,
  NO_FACTS,
} from '../../model.ts';
import { imageOf, LONGEST_DOCKERFILE } from './docker-image.ts';
import { nameOf } from './program-folder.ts';
import { serverOfContainer } from './server-of-container.ts';

/** A container that is started with nothing but what its image says. */
const plainContainer = ({ place, folder, ports }: CheckedImage): CheckedContainer => ({
  name: nameOf(place.file),
  place,
  image: null,
  builtFrom: folder,
  entryPoint: null,
  command: null,
  environment: {},
  ports,
  stopTimeoutSeconds: null,
  preStopSeconds: null,
});

function serverOf(image: CheckedImage, beside: FilesBeside): CheckedServer | null {
  const server = serverOfContainer(plainContainer(image), image, beside);
  return server === null || server === 'no server' ? null : { ...server, id: `${image.id}#${server.server}` };
}

const NAME = /^(?:(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?|[\w.-]+\.(?:Dockerfile|Containerfile))$/i;
const NOT_ONE = /\.(?:dockerignore|containerignore|md|sh|txt|ts|js|py|ya?ml|json)$/i;

/** Dockerfiles: the last stage, and the server that it starts. */
export const DOCKERFILES: FileReader = {
  reads: 'Dockerfile',
  takes: (path) => NAME.test(nameOf(path)) && !NOT_ONE.test(path),
  read: (file, beside) => {
    if (file.text.length > LONGEST_DOCKERFILE)
      return {
        ...NO_FACTS,
        unread: [
          {
            place: { file: file.path, line: 1 },
            what: 'Dockerfile',
            why: `it is longer than ${LONGEST_DOCKERFILE} characters`,
          },
        ],
      };
    const image = imageOf(file);
    if (image === null) return null;
    const server = serverOf(image, beside);
    return { ...NO_FACTS, images: [image], servers: server === null ? [] : [server] };
  },
};
