import { type ServerRow, serverRow, timeSpan, wholeSeconds } from '../server.ts';

/** Servers of the .NET world. */
export const DOTNET_SERVERS: readonly ServerRow[] = [
  serverRow({
    id: 'kestrel',
    products: ['asp.net-core', 'aspnetcore', 'aspnet-core', 'dotnet', 'yarp'],
    name: 'Kestrel (ASP.NET Core)',
    setting: 'Limits.KeepAliveTimeout',
    where: 'code, or Kestrel:Limits:KeepAliveTimeout in appsettings.json',
    idleClose: [{ since: null, value: 130 }],
    change: (seconds) => [
      'builder.WebHost.ConfigureKestrel(options =>',
      `    options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(${wholeSeconds(seconds)}));`,
    ],
    comment: '//',
    companions: [
      'Older versions had 120 s. Limits.RequestHeadersTimeout (30 s) starts with the first byte of a request only',
    ],
    sideEffects: [
      'An idle connection holds a file descriptor and counts against MaxConcurrentConnections, not a thread',
    ],
  }),
  serverRow({
    id: 'iis',
    aliases: ['microsoft-iis'],
    products: ['asp.net', 'aspnet'],
    name: 'IIS',
    layer: 'web server',
    setting: 'limits.connectionTimeout',
    unit: 'hh:mm:ss',
    where: 'applicationHost.config, siteDefaults or the site',
    idleClose: [{ since: null, value: 120 }],
    change: (seconds) => [
      `%windir%\\system32\\inetsrv\\appcmd.exe set config -section:system.applicationHost/sites /siteDefaults.limits.connectionTimeout:"${timeSpan(seconds)}" /commit:apphost`,
    ],
    comment: 'rem',
    longestSeconds: 65_535,
    companions: [
      'webLimits.headerWaitTimeout and minBytesPerSecond can end a connection earlier',
      'A value on the site itself wins over siteDefaults',
    ],
    sideEffects: ['Idle connections are held by http.sys and cost little'],
    confidence: 'unverified',
  }),
];
