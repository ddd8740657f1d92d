/**
 * Whether contracts carry what counts their coverage: they are longer and dearer then, and what is about their gas says
 * nothing.
 */
export const isInstrumented = process.env.COVERAGE === "true";
