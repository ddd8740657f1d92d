/** Lets a loop end between two rounds, when somebody wants the process to stop. */
export interface Stop {
  readonly isStopped: () => boolean;
  /** Ends early when it is to stop. [ms] */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Gives the signals back. */
  readonly release: () => void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export function stopOnSignal(): Stop {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
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
      for (const signal of SIGNALS) process.off(signal, stop);
    },
  };
}
