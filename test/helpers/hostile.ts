/** What somebody might write where others read it: it adds a line, returns, erases, conceals, reverses and is not seen. */
export const HOSTILE =
  "fee\nsigned by: everybody\r\u001b[2K\u001b[8m\u009b1m\u202e\u2066\u200b\u00a0\u2028\u{e0041}end";

/** How it is shown. */
export const HOSTILE_SHOWN =
  "fee\\nsigned by: everybody\\r\\u{1b}[2K\\u{1b}[8m\\u{9b}1m\\u{202e}\\u{2066}\\u{200b}\\u{a0}\\u{2028}\\u{e0041}end";
