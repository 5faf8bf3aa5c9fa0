import { NO_REQUEST_LIMIT, NOTHING_ELSE, type ServerRow, timeSpan, wholeSeconds } from '../server.ts';

/** Servers of the .NET world. */
export const DOTNET_SERVERS: readonly ServerRow[] = [
  {
    id: 'kestrel',
    aliases: ['asp.net-core', 'aspnetcore', 'aspnet-core', 'dotnet'],
    name: 'Kestrel (ASP.NET Core)',
    layer: 'application server',
    setting: 'Limits.KeepAliveTimeout',
    unit: 'seconds',
    where: 'code, or Kestrel:Limits:KeepAliveTimeout in appsettings.json',
    idleClose: [{ since: null, value: 130 }],
    versionOf: 'itself',
    change: (seconds) => [
      'builder.WebHost.ConfigureKestrel(options =>',
      `    options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(${wholeSeconds(seconds)}));`,
    ],
    alsoWrite: NOTHING_ELSE,
    comment: '//',
    longestSeconds: null,
    companions: [
      'Older versions had 120 s. Limits.RequestHeadersTimeout (30 s) starts with the first byte of a request only',
    ],
    sideEffects: [
      'An idle connection holds a file descriptor and counts against MaxConcurrentConnections, not a thread',
    ],
    requestsPerConnection: NO_REQUEST_LIMIT,
    reload: null,
    confidence: 'documented',
    source:
      'https://learn.microsoft.com/dotnet/api/microsoft.aspnetcore.server.kestrel.core.kestrelserverlimits.keepalivetimeout',
  },
  {
    id: 'iis',
    aliases: ['microsoft-iis', 'asp.net', 'aspnet'],
    name: 'IIS',
    layer: 'web server',
    setting: 'limits.connectionTimeout',
    unit: 'hh:mm:ss',
    where: 'applicationHost.config, siteDefaults or the site',
    idleClose: [{ since: null, value: 120 }],
    versionOf: 'itself',
    change: (seconds) => [
      `%windir%\\system32\\inetsrv\\appcmd.exe set config -section:system.applicationHost/sites /siteDefaults.limits.connectionTimeout:"${timeSpan(seconds)}" /commit:apphost`,
    ],
    alsoWrite: NOTHING_ELSE,
    comment: 'rem',
    longestSeconds: 65_535,
    companions: [
      'webLimits.headerWaitTimeout and minBytesPerSecond can end a connection earlier',
      'A value on the site itself wins over siteDefaults',
    ],
    sideEffects: ['Idle connections are held by http.sys and cost little'],
    requestsPerConnection: NO_REQUEST_LIMIT,
    reload: null,
    confidence: 'documented',
    source: 'https://learn.microsoft.com/iis/configuration/system.applicationhost/sites/sitedefaults/limits',
  },
];
