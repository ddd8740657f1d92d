const guarded = new WeakSet<NodeJS.EventEmitter>();

/** Whether a stream failed because whoever read it is gone, as `head` is after ten lines. */
export const isReaderGone = (error: NodeJS.ErrnoException): boolean => error.code === "EPIPE";

/**
 * Lets a verb end as it would have when whoever reads its output leaves before the end: what it is sending or writing is
 * not left half done for that, and the process does not end with a trace.
 */
export function outliveReaders(streams: readonly NodeJS.EventEmitter[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    if (guarded.has(stream)) continue;
    guarded.add(stream);
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!isReaderGone(error)) throw error;
    });
  }
}
