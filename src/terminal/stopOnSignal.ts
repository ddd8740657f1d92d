import { isReaderGone } from "./reader.js";

/** Lets a loop end between two rounds, when somebody wants the process to stop, or nobody reads any more what it shows. */
export interface Stop {
  readonly isStopped: () => boolean;
  /** Ends early when it is to stop. [ms] */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Gives the signals back. */
  readonly release: () => void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** @param output Where it is shown. */
export function stopOnSignal(output: NodeJS.EventEmitter = process.stdout): Stop {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
  const stopUnread = (error: NodeJS.ErrnoException) => {
    if (isReaderGone(error)) stop();
  };
  output.on("error", stopUnread);
  // A second one ends the process, whatever it is waiting for.
  for (const signal of SIGNALS) process.once(signal, stop);
  return {
    isStopped: () => controller.signal.aborted,
    wait: (milliseconds) =>
      new Promise((resolve) => {
        if (controller.signal.aborted) {
          resolve();
          return;
        }
        const end = () => {
          clearTimeout(timer);
          controller.signal.removeEventListener("abort", end);
          resolve();
        };
        const timer = setTimeout(end, milliseconds);
        controller.signal.addEventListener("abort", end);
      }),
    release: () => {
      output.off("error", stopUnread);
      for (const signal of SIGNALS) process.off(signal, stop);
    },
  };
}
