import type { FileReader } from '../model.ts';
import { APACHE_FILES } from './servers/apache.ts';
import { COMPOSE_FILES } from './servers/compose.ts';
import { DOCKERFILES } from './servers/dockerfile.ts';
import { ELASTIC_BEANSTALK } from './servers/elastic-beanstalk.ts';
import { GO_SOURCES } from './servers/go-source.ts';
import { GUNICORN_FILES } from './servers/gunicorn-file.ts';
import { HAPROXY_FILES } from './servers/haproxy.ts';
import { IMAGE_BUILDS } from './servers/image-builds.ts';
import { KESTREL_PROJECTS } from './servers/kestrel.ts';
import { NGINX_FILES } from './servers/nginx.ts';
import { NODE_SOURCES } from './servers/node-sources.ts';
import { PACKAGE_SCRIPTS } from './servers/package-scripts.ts';
import { PROCFILES } from './servers/procfile.ts';
import { PUMA_FILES } from './servers/puma.ts';
import { PYTHON_SOURCES } from './servers/python-source.ts';
import { SPRING_FILES } from './servers/spring.ts';
import { UNREAD_SOURCES } from './servers/unread-source.ts';
import { UWSGI_FILES } from './servers/uwsgi.ts';

/** Readers of what runs behind a target group: images, commands, configuration of servers, and sources. */
export const SERVER_READERS: readonly FileReader[] = [
  DOCKERFILES,
  IMAGE_BUILDS,
  PROCFILES,
  COMPOSE_FILES,
  ELASTIC_BEANSTALK,
  NGINX_FILES,
  APACHE_FILES,
  HAPROXY_FILES,
  GUNICORN_FILES,
  PYTHON_SOURCES,
  UWSGI_FILES,
  PUMA_FILES,
  SPRING_FILES,
  PACKAGE_SCRIPTS,
  NODE_SOURCES,
  GO_SOURCES,
  KESTREL_PROJECTS,
  UNREAD_SOURCES,
];
