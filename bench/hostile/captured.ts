/** What a function writes to standard output and standard error, of which nothing arrives there. */
export function captured(print: () => void): string {
  const streams = [process.stdout, process.stderr] as const;
  const own = streams.map((stream) => stream.write);
  let text = '';
  const keep = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
    return true;
  };
  for (const stream of streams) stream.write = keep;
  try {
    print();
  } finally {
    streams.forEach((stream, index) => {
      const write = own[index];
      if (write) stream.write = write;
    });
  }
  return text;
}
