/** By convention 128 and the number of the signal. */
const INTERRUPTED = 130;

/** Waits for `work`; on Ctrl-C tells how things stand, and ends the process. */
export async function untilInterrupted<Result>(work: Promise<Result>, tell: () => string): Promise<Result> {
  const stop = () => {
    process.stderr.write(`\n${tell()}\n`);
    process.exit(INTERRUPTED);
  };
  process.once("SIGINT", stop);
  try {
    return await work;
  } finally {
    process.off("SIGINT", stop);
  }
}
