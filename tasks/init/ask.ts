import { confirm, input, select } from "@inquirer/prompts";

import type { Asker } from "../../src/config/init/asker.js";
import { SentenceError } from "../../src/protocol/errors.js";

/** Where questions are put; the process's own terminal by default. */
export interface Terminal {
  readonly input?: NodeJS.ReadableStream;
  readonly output?: NodeJS.WritableStream;
}

/** Asks at a terminal. Whoever leaves with Ctrl+C has written nothing. */
export function askAt(terminal: Terminal, tell: (text: string) => void): Asker {
  return {
    input: (message, byDefault, check) =>
      orLeave(() =>
        input(
          {
            message,
            ...(byDefault !== "" && { default: byDefault }),
            validate: (text) => check(text) ?? true,
          },
          terminal,
        ),
      ),
    select: (message, choices, byDefault) => orLeave(() => select({ message, choices, default: byDefault }, terminal)),
    confirm: (message, byDefault) => orLeave(() => confirm({ message, default: byDefault }, terminal)),
    tell,
  };
}

async function orLeave<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ExitPromptError") throw error;
    throw new SentenceError("Left before the end; nothing was written.");
  }
}
