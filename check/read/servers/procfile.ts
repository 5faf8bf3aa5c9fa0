import { type CheckedContainer, type FileReader, NO_FACTS } from '../../model.ts';
import { nameOf, programFolder } from './program-folder.ts';
import { serverOfContainer } from './server-of-container.ts';

const LINE = /^([A-Za-z0-9_-]+):\s*(\S.*)$/;
const LONGEST_FILE = 100_000;

/** Procfiles: the process `web` has the port, by the rules of Heroku, Elastic Beanstalk and App Runner's buildpacks. */
export const PROCFILES: FileReader = {
  reads: 'Procfile',
  takes: (path) => /^Procfile(?:\.[\w-]+)?$/.test(nameOf(path)),
  read: (file, beside) => {
    const lines = file.text.slice(0, LONGEST_FILE).split(/\r?\n/);
    const found = lines.map((text) => LINE.exec(text.trim()));
    if (!found.some((match) => match !== null)) return null;
    const index = found.findIndex((match) => match?.[1] === 'web');
    const command = found[index]?.[2];
    if (command === undefined) return NO_FACTS;
    const place = { file: file.path, line: index + 1 };
    const container: CheckedContainer = {
      name: 'web',
      place,
      image: null,
      builtFrom: null,
      entryPoint: null,
      command: ['/bin/sh', '-c', command],
      environment: {},
      ports: [],
      stopTimeoutSeconds: null,
      preStopSeconds: null,
    };
    const folder = programFolder(file.path, beside);
    const server = serverOfContainer({ ...container, builtFrom: folder }, null, beside);
    return {
      ...NO_FACTS,
      workloads: [
        {
          id: `${file.path}#web`,
          name: 'web',
          format: 'Procfile',
          place,
          behind: [],
          containers: [container],
          launchType: 'unknown',
          terminationGraceSeconds: null,
        },
      ],
      servers:
        server === null || server === 'no server'
          ? []
          : [{ ...server, id: `${file.path}#web/${server.server}`, folder }],
    };
  },
};
