import { flagsOf, server, type TableServer, versionOf, withoutRemarks } from './table-server.ts';

/** Debian's own Python, which has Debian's packages; another one in the path has not. */
const PYTHON = '/usr/bin/python3';

const WSGI = 'def app(environ, start):\n    start("200 OK", [("Content-Length", "2")])\n    return [b"ok"]\n';

const ASGI = `async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
`;

const distribution = (name: string) => () =>
  versionOf(PYTHON, ['-c', `import importlib.metadata as m; print(m.version("${name}"))`]);

type Options = Partial<Pick<TableServer, 'lateBySeconds' | 'requests'>>;

/** A server that is started as a module with flags; the advised flags go before those that tests need. */
function module(
  id: string,
  [name, debianPackage, distributionName]: readonly [string, string, string],
  own: (port: number) => readonly string[],
  app: string,
  options: Options = {},
): TableServer {
  return server(
    id,
    [PYTHON, debianPackage],
    distribution(distributionName),
    (port, lines) => ({ args: ['-m', name, ...flagsOf(lines), ...own(port)], files: { 'app.py': app } }),
    options,
  );
}

/** A server that a program starts; it gets the port, and the advised lines where it takes them. */
function script(
  id: string,
  debianPackage: string,
  distributionName: string,
  program: (port: number, lines: readonly string[]) => string,
  options: Options = {},
): TableServer {
  return server(
    id,
    [PYTHON, debianPackage],
    distribution(distributionName),
    (port, lines) => ({ args: ['server.py'], files: { 'server.py': program(port, withoutRemarks(lines)) } }),
    options,
  );
}

const bind = (port: number): readonly string[] => ['-b', `127.0.0.1:${port}`, 'app:app'];
const hostAndPort = (port: number): readonly string[] => [
  '--host',
  '127.0.0.1',
  '--port',
  `${port}`,
  'app:app',
];

/** What comes last in a program that starts by one call: the advised call, or the plain one, with the port. */
const call = (lines: readonly string[], plain: string, more: string): string =>
  (lines[0] ?? plain).replace(/\)$/, `, ${more})`);

/** Servers of the Python world, as Debian packages them. */
export const PYTHON_TABLE: readonly TableServer[] = [
  server(
    'gunicorn',
    ['gunicorn', 'gunicorn'],
    distribution('gunicorn'),
    (port, lines) => ({
      args: ['-k', 'gthread', '--threads', '8', '-c', 'gunicorn.conf.py', ...bind(port)],
      files: { 'app.py': WSGI, 'gunicorn.conf.py': `${lines.join('\n')}\n` },
    }),
    // It looks once a second.
    { lateBySeconds: 1.1 },
  ),
  server('gunicorn-sync', ['gunicorn', 'gunicorn'], distribution('gunicorn'), (port) => ({
    args: [...bind(port)],
    files: { 'app.py': WSGI },
  })),
  module('uvicorn', ['uvicorn', 'uvicorn', 'uvicorn'], hostAndPort, ASGI),
  module(
    'waitress',
    ['waitress', 'python3-waitress', 'waitress'],
    (port) => [`--listen=127.0.0.1:${port}`, 'app:app'],
    WSGI,
    // It sweeps every cleanup_interval, 30 s.
    { lateBySeconds: 31 },
  ),
  module(
    'daphne',
    ['daphne', 'daphne', 'daphne'],
    (port) => ['-b', '127.0.0.1', '-p', `${port}`, 'app:app'],
    ASGI,
  ),
  script(
    'aiohttp',
    'python3-aiohttp',
    'aiohttp',
    (port, lines) => `from aiohttp import web
async def handle(request):
    return web.Response(text="ok")
app = web.Application()
app.router.add_get("/", handle)
${call(lines, 'web.run_app(app)', `host="127.0.0.1", port=${port}, print=None`)}
`,
  ),
  script(
    'tornado',
    'python3-tornado',
    'tornado',
    (port, lines) => `import asyncio
import tornado.httpserver, tornado.web
class Main(tornado.web.RequestHandler):
    def get(self):
        self.write("ok")
async def main():
    app = tornado.web.Application([("/", Main)])
    ${lines[0] ?? 'server = tornado.httpserver.HTTPServer(app)'}
    server.listen(${port}, "127.0.0.1")
    await asyncio.Event().wait()
asyncio.run(main())
`,
  ),
  script(
    'werkzeug',
    'python3-werkzeug',
    'werkzeug',
    (port) => `${WSGI}
from werkzeug.serving import run_simple
run_simple("127.0.0.1", ${port}, app, threaded=True)
`,
  ),
  script(
    'wsgiref',
    'python3',
    'werkzeug',
    (port) => `${WSGI}
from wsgiref.simple_server import make_server
make_server("127.0.0.1", ${port}, app).serve_forever()
`,
  ),
  script(
    'django-runserver',
    'python3-django',
    'django',
    (port) => `import sys
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.urls import path
settings.configure(DEBUG=True, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="test", DATABASES={}, MIDDLEWARE=["django.middleware.common.CommonMiddleware"])
urlpatterns = [path("", lambda request: HttpResponse("ok"))]
execute_from_command_line([sys.argv[0], "runserver", "--noreload", "127.0.0.1:${port}"])
`,
  ),
  script(
    'cheroot',
    'python3-cheroot',
    'cheroot',
    (port, lines) => `${WSGI}
from cheroot import wsgi
server = wsgi.Server(("127.0.0.1", ${port}), app)
${lines.join('\n')}
server.start()
`,
  ),
  server(
    'uwsgi',
    ['uwsgi', 'uwsgi-core and uwsgi-plugin-python3'],
    () => versionOf('uwsgi', ['--version']),
    (port, lines) => ({
      args: ['--ini', 'uwsgi.ini'],
      files: {
        'app.py': WSGI,
        'uwsgi.ini': `[uwsgi]
plugins = http,python3
http = 127.0.0.1:${port}
wsgi-file = app.py
callable = app
die-on-term = true
${lines.join('\n')}
`,
      },
    }),
    // Its clock has whole seconds.
    { earlyBySeconds: 1 },
  ),
];
