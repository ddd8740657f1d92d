/** What a verb writes to the terminal while `action` runs; nothing of it reaches the test's own terminal. */
export async function captureOutput(action: () => Promise<unknown>): Promise<{ stdout: string; stderr: string }> {
  const captured = { stdout: "", stderr: "" };
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const write = stream.write.bind(stream);
    stream.write = (chunk: string | Uint8Array) => {
      captured[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      return true;
    };
    return () => (stream.write = write);
  });
  try {
    await action();
  } finally {
    for (const undo of restore) undo();
  }
  return captured;
}

/** The same, and what the process would end with; that of the test is left alone. */
export async function captureEnding(
  action: () => Promise<unknown>,
): Promise<{ stdout: string; stderr: string; code: typeof process.exitCode }> {
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const output = await captureOutput(action);
    return { ...output, code: process.exitCode };
  } finally {
    process.exitCode = before;
  }
}
