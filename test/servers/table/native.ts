import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, startServer } from '../process.ts';
import { programVersion, server, type TableServer, versionOf } from './table-server.ts';

const JETTY = ['server', 'http', 'io', 'util'].map((part) => `/usr/share/java/jetty9-${part}.jar`);
const CLASS_PATH = [...JETTY, '/usr/share/java/servlet-api.jar'].join(':');

const jetty = (port: number, lines: readonly string[]): string => `
import org.eclipse.jetty.server.*;
import org.eclipse.jetty.server.handler.AbstractHandler;
import javax.servlet.http.*;
public class Main {
  public static void main(String[] args) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(${port});
    ${lines.map((line) => `connector.setIdleTimeout(${line.split('=')[1]}L);`).join('\n')}
    server.addConnector(connector);
    server.setHandler(new AbstractHandler() {
      public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {
        response.getWriter().print("ok");
        base.setHandled(true);
      }
    });
    server.start();
    server.join();
  }
}
`;

const httplib = (port: number, lines: readonly string[]): string => `#include <httplib.h>
int main() {
  httplib::Server server;
  server.Get("/", [](const httplib::Request &, httplib::Response &response) { response.set_content("ok", "text/plain"); });
  ${lines.join('\n  ')}
  server.listen("127.0.0.1", ${port});
}
`;

/** Servers that are compiled first. */
export const NATIVE: readonly TableServer[] = [
  server(
    'jetty',
    ['java', 'openjdk-17-jdk-headless and libjetty9-java'],
    programVersion('dpkg-query', 'dpkg', '-s', 'libjetty9-java'),
    (port, lines) => ({ args: ['-cp', CLASS_PATH, 'Main.java'], files: { 'Main.java': jetty(port, lines) } }),
  ),
  {
    id: 'cpp-httplib',
    version: async () =>
      versionOf(await findProgram('grep', 'grep'), [
        '-h',
        'define CPPHTTPLIB_VERSION "',
        '/usr/include/httplib.h',
      ]),
    start: (lines) =>
      startServer(async (port, folder) => {
        const compiler = await findProgram('g++', 'g++ and libcpp-httplib-dev');
        await writeFile(join(folder, 'main.cpp'), httplib(port, lines));
        await promisify(execFile)(
          compiler,
          ['-O0', '-o', 'server', 'main.cpp', '-lcpp-httplib', '-pthread'],
          {
            cwd: folder,
          },
        );
        return { command: join(folder, 'server'), args: [], files: {} };
      }),
    earlyBySeconds: 0,
    lateBySeconds: 0.2,
    requests: 400,
  },
];
