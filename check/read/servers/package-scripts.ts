import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { type CheckedServer, type FileReader, NO_FACTS } from '../../model.ts';
import { nodeVersion, packageJson } from './package-version.ts';
import { folderOf, nameOf } from './program-folder.ts';
import { serverOfContainer } from './server-of-container.ts';

/** Scripts that start what is deployed. */
const STARTS = /^(?:start|serve|server|prod|production|preview)(?:[:_-][\w:-]+)?$/;
const FOR_DEVELOPERS = /dev|watch|debug|test|local|storybook|:win/i;

/** The scripts of package.json that start a server whose keep-alive its command decides: `next start`. */
export const PACKAGE_SCRIPTS: FileReader = {
  reads: 'scripts of package.json',
  takes: (path) => nameOf(path) === 'package.json' && !/(?:^|\/)node_modules\//.test(path),
  read: (file, beside) => {
    const program = packageJson(file.path, file.text);
    if (program === null) return null;
    const tree = parseTree(file.text);
    const folder = folderOf(file.path);
    const servers = Object.entries(program.scripts).flatMap(([name, script]): readonly CheckedServer[] => {
      if (!STARTS.test(name) || FOR_DEVELOPERS.test(name)) return [];
      const offset = tree ? findNodeAtLocation(tree, ['scripts', name])?.offset : undefined;
      const line = file.text.slice(0, offset ?? 0).split('\n').length;
      const place = { file: file.path, line };
      const server = serverOfContainer(
        {
          name,
          place,
          image: null,
          builtFrom: folder,
          entryPoint: null,
          command: ['/bin/sh', '-c', script],
          environment: {},
          ports: [],
          stopTimeoutSeconds: null,
          preStopSeconds: null,
        },
        null,
      );
      // Where the code decides, its sources say more.
      return server !== null && server !== 'no server' && server.unless === undefined
        ? [{ ...server, version: server.version ?? nodeVersion(folder, beside).version }]
        : [];
    });
    return servers.length === 0 ? null : { ...NO_FACTS, servers };
  },
};
